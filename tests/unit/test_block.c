/* SPDX-License-Identifier: MIT */
/* Block requests: as they should be, and every way to get one wrong. */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "devices/block.h"
#include "launcher/disk.h"
#include "tests/unit/fake_world.h"

#define NEXT  LG_VRING_DESC_NEXT
#define WRITE LG_VRING_DESC_WRITE

#define DISK	  (100 * 512 + 200) /* the last sector is not whole */
#define HDR	  0x1000
#define DATA	  0x2000
#define STATUS	  0x1800
#define UNTOUCHED 0xaa

static struct world w;
static struct devices devices;
static struct block disks[DISKS_MAX];
#define block disks[0]
static struct device *device;
static char path[] = "/tmp/lguest-block-XXXXXX";
static u32 pfn;
static u16 used;

struct hdr {
	u32 type, priority;
	u64 sector;
};

static void open_with(const char *words, u32 features)
{
	char option[128];
	const char *options[1] = { option };
	struct complaint c = { "" };
	u8 *record;

	snprintf(option, sizeof(option), "%s%s", path, words);
	world_init(&w);
	memset(&block, 0, sizeof(block));
	if (disks_open(disks, options, 1, &c))
		fail_msg("%s", c.text);
	devices_init(&devices, &w.guest);
	device = block_attach(&block, &devices);
	assert_non_null(device);
	/* What go and status would do; without a thread. */
	device->features = features;
	device->started = 1;
	pfn = device->vq[0].pfn;
	used = 0;
	record = w.memory + W_RAM;
	assert_int_equal(record[0], LG_DEV_BLOCK);
}

static void end(void)
{
	disks_close(disks);
}

static void set(u16 i, u64 addr, u32 len, u16 flags, u16 next)
{
	world_desc(&w, pfn)[i] = (struct lg_vring_desc){ addr, len, flags, next };
}

/* One request of n bytes at DATA; its status. */
static int request(u32 type, u64 sector, u32 n)
{
	struct hdr h = { type, 0, sector };
	int in = type == BLOCK_T_IN || type == BLOCK_T_GET_ID;

	memcpy(w.memory + HDR, &h, sizeof(h));
	w.memory[STATUS] = UNTOUCHED;
	set(0, HDR, 16, NEXT, 1);
	set(1, DATA, n, (u16)(NEXT | (in ? WRITE : 0)), 2);
	set(2, STATUS, 1, WRITE, 0);
	world_offer(&w, pfn, 0);
	device->kind->work(device);
	assert_int_equal(device->vq[0].broken[0], 0);
	assert_int_equal(world_used(&w, pfn)->idx, ++used);
	return w.memory[STATUS];
}

static u64 capacity(void)
{
	u64 n;

	memcpy(&n,
	       w.memory + W_RAM + sizeof(struct lg_device_desc) + sizeof(struct lg_vqconfig) + 8,
	       sizeof(n));
	return n;
}

static int setup(void **state)
{
	u8 buf[DISK];
	int fd, i;

	(void)state;
	strcpy(path, "/tmp/lguest-block-XXXXXX");
	fd = mkstemp(path);
	for (i = 0; i < DISK; i++)
		buf[i] = (u8)(i / 512 + i);
	if (fd < 0 || write(fd, buf, DISK) != DISK)
		return -1;
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void file_byte(off_t at, u8 want)
{
	int fd = open(path, O_RDONLY);
	u8 b = 0;

	assert_int_equal(pread(fd, &b, 1, at), 1);
	assert_int_equal(b, want);
	close(fd);
}

static void test_read_write(void **state)
{
	u8 id[21] = { 0 };

	(void)state;
	open_with("", BLOCK_F_FLUSH);
	assert_int_equal(capacity(), 101);
	assert_int_equal(request(BLOCK_T_IN, 3, 1024), BLOCK_S_OK);
	assert_int_equal(world_used(&w, pfn)->ring[0].len, 1025);
	assert_int_equal(w.memory[DATA], (u8)(3 + 3 * 512));
	assert_int_equal(w.memory[DATA + 1023], (u8)(4 + 5 * 512 - 1));
	memset(w.memory + DATA, 0x77, 512);
	assert_int_equal(request(BLOCK_T_OUT, 99, 512), BLOCK_S_OK);
	assert_int_equal(request(BLOCK_T_FLUSH, 0, 0), BLOCK_S_OK);
	file_byte(99 * 512 + 511, 0x77);
	assert_int_equal(request(BLOCK_T_GET_ID, 0, 20), BLOCK_S_OK);
	memcpy(id, w.memory + DATA, 20);
	assert_non_null(strstr(path, (char *)id));
	assert_true(w.irqs != 0);
	end();
}

/* Beyond the file: zeros; written, it becomes part of it. */
static void test_last_sector(void **state)
{
	(void)state;
	open_with("", BLOCK_F_FLUSH);
	memset(w.memory + DATA, UNTOUCHED, 512);
	assert_int_equal(request(BLOCK_T_IN, 100, 512), BLOCK_S_OK);
	assert_int_equal(w.memory[DATA + 199], (u8)(100 + 100 * 512 + 199));
	assert_int_equal(w.memory[DATA + 200], 0);
	assert_int_equal(w.memory[DATA + 511], 0);
	memset(w.memory + DATA, 0x55, 512);
	assert_int_equal(request(BLOCK_T_OUT, 100, 512), BLOCK_S_OK);
	file_byte(101 * 512 - 1, 0x55);
	end();
	open_with(",ro", 0);
	assert_int_equal(capacity(), 101);
	end();
}

static void test_outside(void **state)
{
	static const u64 bad[] = {
		101, 102, 1u << 31, UINT64_MAX, UINT64_MAX / 512, UINT64_MAX / 512 + 1
	};
	unsigned i;

	(void)state;
	open_with("", BLOCK_F_FLUSH);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(request(BLOCK_T_IN, bad[i], 512), BLOCK_S_IOERR);
		assert_int_equal(request(BLOCK_T_OUT, bad[i], 512), BLOCK_S_IOERR);
	}
	assert_int_equal(request(BLOCK_T_IN, 100, 1024), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_IN, 0, 511), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_OUT, 0, 1), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_IN, 101, 0), BLOCK_S_OK);
	assert_int_equal(request(2, 0, 512), BLOCK_S_UNSUPP); /* a SCSI command */
	assert_int_equal(request(0xdead, 0, 512), BLOCK_S_UNSUPP);
	end();
}

static void set_range(u64 sector, u32 n, u32 flags)
{
	memcpy(w.memory + DATA, &sector, 8);
	memcpy(w.memory + DATA + 8, &n, 4);
	memcpy(w.memory + DATA + 12, &flags, 4);
}

static void test_discard_zero(void **state)
{
	(void)state;
	open_with("", BLOCK_F_FLUSH);
	set_range(10, 3, 1);
	assert_int_equal(request(BLOCK_T_WRITE_ZEROES, 0, 16), BLOCK_S_OK);
	file_byte(10 * 512, 0);
	file_byte(13 * 512 - 1, 0);
	file_byte(13 * 512, 13);
	set_range(8, 8, 0);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 16), BLOCK_S_OK);
	set_range(8, 8, 1);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 16), BLOCK_S_UNSUPP);
	set_range(8, 8, 2);
	assert_int_equal(request(BLOCK_T_WRITE_ZEROES, 0, 16), BLOCK_S_UNSUPP);
	set_range(100, 2, 0);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 16), BLOCK_S_IOERR);
	set_range(UINT64_MAX, 2, 0);
	assert_int_equal(request(BLOCK_T_WRITE_ZEROES, 0, 16), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 15), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 32), BLOCK_S_IOERR);
	end();
}

/* The disk is larger than any request may be: what keeps a worker for hours is refused. */
static void test_too_much(void **state)
{
	u64 bytes;

	(void)state;
	open_with("", BLOCK_F_FLUSH);
	bytes = block.store->bytes;
	block.store->bytes = 1ull << 40;
	set_range(0, BLOCK_ZERO_SECTORS + 1, 1);
	assert_int_equal(request(BLOCK_T_WRITE_ZEROES, 0, 16), BLOCK_S_IOERR);
	set_range(0, BLOCK_DISCARD_SECTORS + 1, 0);
	assert_int_equal(request(BLOCK_T_DISCARD, 0, 16), BLOCK_S_IOERR);
	block.store->bytes = bytes;
	end();
}

static void test_read_only(void **state)
{
	(void)state;
	open_with(",ro", 0);
	assert_int_equal(request(BLOCK_T_IN, 0, 512), BLOCK_S_OK);
	assert_int_equal(request(BLOCK_T_OUT, 0, 512), BLOCK_S_IOERR);
	set_range(0, 1, 0);
	assert_int_equal(request(BLOCK_T_WRITE_ZEROES, 0, 16), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_FLUSH, 0, 0), BLOCK_S_OK);
	file_byte(0, 0);
	end();
}

static void test_faults(void **state)
{
	(void)state;
	open_with(",error=read@5,error=write@7-9,error=flush", BLOCK_F_FLUSH);
	assert_int_equal(request(BLOCK_T_IN, 4, 512), BLOCK_S_OK);
	assert_int_equal(request(BLOCK_T_IN, 4, 1024), BLOCK_S_IOERR);
	assert_int_equal(world_used(&w, pfn)->ring[1].len, 1);
	assert_int_equal(request(BLOCK_T_IN, 6, 512), BLOCK_S_OK);
	assert_int_equal(request(BLOCK_T_OUT, 9, 512), BLOCK_S_IOERR);
	assert_int_equal(request(BLOCK_T_OUT, 10, 512), BLOCK_S_OK);
	assert_int_equal(request(BLOCK_T_FLUSH, 0, 0), BLOCK_S_IOERR);
	end();
	/* Who does not know FLUSH hears of it when writing. */
	open_with(",error=write@7", 0);
	assert_int_equal(request(BLOCK_T_OUT, 8, 512), BLOCK_S_OK);
	end();
}

/* However it is cut: header in pieces, data and status in one. */
static void test_cuts(void **state)
{
	struct hdr h = { BLOCK_T_IN, 0, 2 };

	(void)state;
	open_with("", BLOCK_F_FLUSH);
	memcpy(w.memory + HDR, &h, sizeof(h));
	set(0, HDR, 3, NEXT, 1);
	set(1, HDR + 3, 13, NEXT, 2);
	set(2, DATA, 100, NEXT | WRITE, 3);
	set(3, DATA + 100, 413, WRITE, 0); /* the last byte is the status */
	w.memory[DATA + 512] = UNTOUCHED;
	world_offer(&w, pfn, 0);
	device->kind->work(device);
	assert_int_equal(world_used(&w, pfn)->idx, 1);
	assert_int_equal(w.memory[DATA + 512], BLOCK_S_OK);
	assert_int_equal(w.memory[DATA], (u8)(2 + 1024));
	assert_int_equal(w.memory[DATA + 511], (u8)(2 + 1024 + 511));
	end();
}

static void broken(const char *why)
{
	world_offer(&w, pfn, 0);
	device->kind->work(device);
	assert_non_null(strstr(device->vq[0].broken, why));
	assert_int_equal(world_used(&w, pfn)->idx, 0);
	assert_int_equal(w.killed[0], 0);
	end();
}

static void test_broken(void **state)
{
	(void)state;
	open_with("", BLOCK_F_FLUSH);
	set(0, HDR, 16, 0, 0);
	broken("status");
	open_with("", BLOCK_F_FLUSH);
	set(0, HDR, 15, NEXT, 1);
	set(1, STATUS, 1, WRITE, 0);
	broken("header");
	open_with("", BLOCK_F_FLUSH);
	set(0, STATUS, 1, WRITE, 0);
	broken("header");
}

/* Many at once, each answered, one interrupt for all. */
static void test_many(void **state)
{
	struct hdr h = { BLOCK_T_IN, 0, 0 };
	u16 i;

	(void)state;
	open_with(",cow", BLOCK_F_FLUSH);
	for (i = 0; i < 64; i++) {
		h.sector = i;
		memcpy(w.memory + HDR + i * 16, &h, sizeof(h));
		set((u16)(3 * i), HDR + i * 16u, 16, NEXT, (u16)(3 * i + 1));
		set((u16)(3 * i + 1), DATA + i * 512u, 512, NEXT | WRITE, (u16)(3 * i + 2));
		set((u16)(3 * i + 2), 0x20000 + i, 1, WRITE, 0);
		w.memory[0x20000 + i] = UNTOUCHED;
		world_offer(&w, pfn, (u16)(3 * i));
	}
	while (device->kind->work(device))
		;
	assert_int_equal(world_used(&w, pfn)->idx, 64);
	for (i = 0; i < 64; i++) {
		assert_int_equal(w.memory[0x20000 + i], BLOCK_S_OK);
		assert_int_equal(w.memory[DATA + i * 512], (u8)(i + i * 512));
	}
	end();
}

static void test_options(void **state)
{
	static const char *const bad[] = {
		"",	      ",ro",	       "a,cow=",	   "a,ro,cow",
		"a,error=",   "a,error=read@", "a,error=read@5-4", "a,error=write@x",
		"a,error=eat"
	};
	struct disk_option d;
	struct complaint c = { "" };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(disk_parse(&d, bad[i], &c) < 0);
	assert_int_equal(disk_parse(&d, "/a,b.img,cow=/x y,error=flush", &c), 0);
	assert_string_equal(d.path, "/a,b.img");
	assert_string_equal(d.cow_path, "/x y");
	assert_int_equal(d.cow, 1);
	assert_int_equal(d.nfaults, 1);
	assert_int_equal(disk_parse(&d, "nbd://h/e,ro", &c), 0);
	assert_int_equal(store_is_nbd(d.path), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_read_write), T(test_last_sector), T(test_outside), T(test_discard_zero),
		T(test_too_much),   T(test_read_only),	 T(test_faults),  T(test_cuts),
		T(test_broken),	    T(test_many),	 T(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
