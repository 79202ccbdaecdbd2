/* SPDX-License-Identifier: MIT */
/*
 * Kernel images: a good one loads to the right places; each broken one gets
 * its own words; bytes flipped and files cut at random never do any harm.
 */
#include "tests/unit/cm.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "launcher/image.h"
#include "tests/unit/fake_host.h"

#define RAM  (1u << 20)
#define TEXT 0x10000u /* gpa of the first segment */

/* The file: headers and note in page 0, text in 1-2, data in 3 (not aligned). */
struct file {
	Elf32_Ehdr eh;
	Elf32_Phdr ph[3];
	Elf32_Nhdr nh;
	char name[8];
	struct lg_note note;
};

static u8 bytes[4 * 4096];
static struct file *const f = (void *)bytes;
static size_t size;
static struct image img;
static struct complaint c;

static int setup(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)(i * 7 + i / 4096);
	size = 3 * 4096 + 0x234;
	f->eh = (Elf32_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
					   EV_CURRENT },
			      .e_type = ET_EXEC,
			      .e_machine = EM_386,
			      .e_version = EV_CURRENT,
			      .e_entry = TEXT + 0x10,
			      .e_phoff = sizeof(Elf32_Ehdr),
			      .e_phentsize = sizeof(Elf32_Phdr),
			      .e_phnum = 3 };
	f->ph[0] = (Elf32_Phdr){ PT_LOAD, 4096, 0xc0000000 + TEXT, TEXT,
				 8192,	  8192, PF_R | PF_X,	   4096 };
	f->ph[1] = (Elf32_Phdr){ PT_LOAD, 3 * 4096, 0xc0000000 + 0x12010, 0x12010,
				 0x234,	  0x5000,   PF_R | PF_W,	  4096 };
	f->ph[2] = (Elf32_Phdr){ PT_NOTE,
				 offsetof(struct file, nh),
				 0,
				 0,
				 sizeof(f->nh) + sizeof(f->name) + sizeof(f->note),
				 0,
				 PF_R,
				 4 };
	f->nh = (Elf32_Nhdr){ 7, sizeof(f->note), LG_NOTE_TYPE };
	memcpy(f->name, "lguest\0", 8);
	f->note = (struct lg_note){
		LG_ABI_VERSION, 0xc0000000, 0x1000, 0x40, 0x14000, LG_WISH_GATES
	};
	return 0;
}

static int open_bytes(const void *from, size_t len)
{
	char path[40];
	int fd = memfd_create("image", 0), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, from, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c.text[0] = 0;
	err = image_open(&img, "K", path, 0, RAM, &c);
	close(fd);
	return err;
}

static void refused(const char *says)
{
	assert_true(open_bytes(bytes, size) < 0);
	assert_int_equal(img.fd, -1);
	assert_contains(c.text, "K: ");
	assert_contains(c.text, says);
	assert_null(strchr(c.text, '\n'));
	setup(NULL);
}

static void test_good(void **state)
{
	static u8 ram[RAM];
	struct lg lg = { ram, RAM, LG_BORROWS, 0, { 0 }, { 0 } };
	size_t i;

	(void)state;
	memset(ram, 0, RAM);
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(img.entry, TEXT + 0x10);
	assert_int_equal(img.nsegments, 2);
	assert_int_equal(img.native, 1);
	assert_memory_equal(&img.note, &f->note, sizeof(f->note));
	assert_int_equal(image_load(&img, &lg, &c), 0);
	assert_memory_equal(ram + TEXT, bytes + 4096, 8192);
	assert_memory_equal(ram + 0x12010, bytes + 3 * 4096, 0x234);
	for (i = 0; i < 16; i++)
		assert_int_equal(ram[0x12000 + i], 0);
	for (i = 0x12010 + 0x234; i < 0x18000; i++)
		assert_int_equal(ram[i], 0);
	/* The aligned one is borrowed, the other copied. */
	assert_int_equal(lg.nborrows, 1);
	assert_int_equal(lg.borrowed_gpa[0], TEXT);
	assert_int_equal(lg.borrowed_pages[0], 2);
	image_close(&img);
}

/* Head and tail of a segment that is aligned alike in file and memory. */
static void test_head_and_tail(void **state)
{
	static u8 ram[RAM];
	struct lg lg = { ram, RAM, LG_BORROWS, 0, { 0 }, { 0 } };

	(void)state;
	memset(ram, 0, RAM);
	f->ph[0] = (Elf32_Phdr){ PT_LOAD, 0xff0, 0, 0x20ff0, 0x1120, 0x1120, PF_R, 4096 };
	f->eh.e_entry = 0x20ff0;
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(image_load(&img, &lg, &c), 0);
	assert_memory_equal(ram + 0x20ff0, bytes + 0xff0, 0x1120);
	assert_int_equal(lg.borrowed_gpa[0], 0x21000);
	assert_int_equal(lg.borrowed_pages[0], 1);
	image_close(&img);

	/* Nothing can be borrowed any more: copied. */
	memset(ram, 0, RAM);
	lg.nborrows = lg.max_borrows = 0;
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(image_load(&img, &lg, &c), 0);
	assert_memory_equal(ram + 0x20ff0, bytes + 0xff0, 0x1120);
	image_close(&img);
}

static void test_historical(void **state)
{
	(void)state;
	f->eh.e_phnum = 2;
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(img.native, 0);
	image_close(&img);
	memcpy(f->name, "GNU\0\0\0\0", 8);
	f->eh.e_phnum = 3;
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(img.native, 0);
	image_close(&img);
}

static void test_header(void **state)
{
	(void)state;
	f->eh.e_ident[0] = 'x';
	refused("is not an ELF file (file offset 0x0)");
	f->eh.e_ident[EI_CLASS] = ELFCLASS64;
	refused("is a 64-bit ELF file (file offset 0x4)");
	f->eh.e_ident[EI_CLASS] = 9;
	refused("no known ELF class");
	f->eh.e_ident[EI_DATA] = ELFDATA2MSB;
	refused("not little-endian (file offset 0x5)");
	f->eh.e_machine = EM_ARM;
	refused("is for machine 40, not for the 386 (file offset 0x12)");
	f->eh.e_type = ET_DYN;
	refused("not an executable but ELF type 3 (file offset 0x10)");
	f->eh.e_version = 2;
	refused("unknown ELF version");
	f->eh.e_phentsize = 56;
	refused("program headers of 56 bytes");
	f->eh.e_phnum = 0;
	refused("no program headers");
	f->eh.e_phoff = 0xfffffff0;
	refused("ends inside the program headers (file offset 0xfffffff0)");
	size = 20;
	refused("ends inside the ELF header (file offset 0x14)");
	size = 2;
	refused("is not an ELF file");
	size = 60;
	refused("ends inside the program headers");
	memcpy(bytes, "\0\0\1\xeb", 4);
	refused("Plan 9 a.out");
	memcpy(bytes, "MZ", 2);
	memcpy(bytes + 0x202, "HdrS", 4);
	refused("is a zImage");
}

static void test_segments(void **state)
{
	(void)state;
	f->ph[0].p_filesz = f->ph[0].p_memsz + 1;
	refused("more bytes in the file");
	f->ph[1].p_filesz = 0x235;
	refused("of a file of 0x3234 bytes");
	f->ph[1].p_offset = 0xfffffff0;
	refused("of a file of");
	f->ph[1].p_memsz = 0xffffffff;
	refused("past 4 GiB");
	f->ph[1].p_paddr = 0xfffff000;
	refused("past 4 GiB");
	f->ph[1].p_paddr = 0xc0100000;
	refused("set physical addresses");
	f->ph[1].p_memsz = RAM;
	refused("but the guest has 0x100000 bytes (file offset 0x54): give the guest more with -m");
	f->ph[1].p_paddr = TEXT + 8191;
	refused("overlapping segments at 0x10000 and 0x11fff");
	f->ph[1].p_paddr = TEXT - 0x4fff;
	refused("overlapping segments");
	f->ph[0].p_type = f->ph[1].p_type = PT_NULL;
	refused("no segment to load");
	f->eh.e_entry = 0x50000;
	refused("starts at 0x50000, which is in no segment (file offset 0x18)");
	f->eh.e_entry = TEXT + 8192;
	refused("which is in no segment");
	f->eh.e_entry = TEXT - 1;
	refused("which is in no segment");
	f->eh.e_entry = 0xc0010010;
	refused("must be the physical address");
}

static void test_many_segments(void **state)
{
	Elf32_Phdr *ph = (void *)(bytes + 4096);
	int i;

	(void)state;
	f->eh.e_phoff = 4096;
	f->eh.e_phnum = IMAGE_SEGMENTS + 1;
	for (i = 0; i <= IMAGE_SEGMENTS; i++)
		ph[i] = (Elf32_Phdr){ PT_LOAD, 0, 0, TEXT + 0x1000 * (u32)i, 64, 64, PF_R, 1 };
	refused("more than 32 segments");
}

static void test_notes(void **state)
{
	(void)state;
	f->note.abi_version = 2;
	refused("wants interface version 2, this lguest has 1");
	f->note.kernel_base = 0xc0000001;
	refused("kernel base 0xc0000001");
	f->note.kernel_base = 0;
	refused("kernel base 0x0");
	f->note.kernel_base = 0xffc00000;
	refused("kernel base 0xffc00000");
	f->note.user_low = 0xc0000000;
	refused("lowest user address 0xc0000000");
	f->note.syscall_vector = 0x3f;
	refused("system call vector 0x3f");
	f->note.syscall_vector = 256;
	refused("system call vector 0x100");
	f->note.hcall_page = 0x14001;
	refused("hypercall page 0x14001");
	f->note.hcall_page = RAM;
	refused("hypercall page 0x100000");
	f->note.hcall_page = 0xfffff000;
	refused("hypercall page 0xfffff000");
	f->nh.n_descsz = 20;
	refused("note of 20 bytes, not 24");
	f->nh.n_descsz = 0xfffffff0;
	refused("longer than its segment");
	f->nh.n_namesz = 0xffffffff;
	refused("longer than its segment");
	f->ph[2].p_filesz = 0xffffffff;
	refused("ends inside its notes");
	f->ph[1] = f->ph[2];
	refused("more than one lguest note");
}

static void test_keep_clear(void **state)
{
	(void)state;
	assert_int_equal(open_bytes(bytes, size), 0);
	assert_int_equal(image_keep_clear(&img, 0, TEXT, "boot parameters", &c), 0);
	assert_int_equal(image_keep_clear(&img, 0x17010, 0x1000, "initrd", &c), 0);
	assert_int_equal(image_keep_clear(&img, 0, TEXT + 1, "boot parameters", &c), -EINVAL);
	assert_contains(c.text, "over the boot parameters");
	assert_int_equal(image_keep_clear(&img, 0x1700f, 1, "initrd", &c), -EINVAL);
	img.note.hcall_page = 0x80000;
	assert_int_equal(image_keep_clear(&img, 0x80fff, 1, "initrd", &c), -EINVAL);
	assert_contains(c.text, "hypercall page");
	image_close(&img);
}

static size_t gzip(const void *from, size_t len, u8 *to, size_t max)
{
	z_stream z = { .next_in = (void *)from,
		       .avail_in = (uInt)len,
		       .next_out = to,
		       .avail_out = (uInt)max };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return max - z.avail_out;
}

static void test_gzip(void **state)
{
	static u8 packed[sizeof(bytes) * 2];
	size_t len = gzip(bytes, size, packed, sizeof(packed)), cut, more;

	(void)state;
	assert_int_equal(open_bytes(packed, len), 0);
	assert_int_equal(img.size, size);
	assert_int_equal(img.nsegments, 2);
	image_close(&img);
	for (cut = 2; cut < len; cut += 1 + cut / 50) {
		assert_true(open_bytes(packed, cut) < 0);
		assert_contains(c.text, "truncated gzip");
	}
	packed[len] = 'x';
	assert_true(open_bytes(packed, len + 1) < 0);
	assert_contains(c.text, "garbage behind");
	packed[len / 2] ^= 0x55;
	assert_true(open_bytes(packed, len) < 0);
	assert_contains(c.text, "damaged gzip");

	/* Two members are one file. */
	len = gzip(bytes, 5000, packed, sizeof(packed));
	more = gzip(bytes + 5000, size - 5000, packed + len, sizeof(packed) - len);
	assert_int_equal(open_bytes(packed, len + more), 0);
	assert_int_equal(img.size, size);
	image_close(&img);
}

static void test_gzip_bomb(void **state)
{
	static u8 zeros[1 << 20], packed[1 << 16];
	size_t len = gzip(zeros, sizeof(zeros), packed, sizeof(packed));
	int fd = memfd_create("bomb", 0);
	u64 n;

	(void)state;
	assert_int_equal(write(fd, packed, len), len);
	assert_true(gunzip_fd("K", &fd, &n, 0, sizeof(zeros) - 1, &c) < 0);
	assert_contains(c.text, "unpacks to more than");
	assert_int_equal(gunzip_fd("K", &fd, &n, 0, sizeof(zeros), &c), 0);
	assert_int_equal(n, sizeof(zeros));
	close(fd);
}

static void test_not_a_file(void **state)
{
	(void)state;
	assert_true(image_open(&img, "K", "/nonexistent", 0, RAM, &c) < 0);
	assert_contains(c.text, "cannot open it: No such file");
	assert_true(image_open(&img, "K", "/", 0, RAM, &c) < 0);
	assert_contains(c.text, "a directory");
	assert_true(image_open(&img, "K", "/dev/null", 0, RAM, &c) < 0);
	assert_contains(c.text, "something special");
	assert_true(open_bytes("", 0) < 0);
	assert_contains(c.text, "is empty");
}

/* Whatever is in the file: refused in one line, or loaded inside memory. */
static void try_anything(void)
{
	static u8 ram[RAM];
	struct lg lg = { ram, RAM, LG_BORROWS, 0, { 0 }, { 0 } };

	if (open_bytes(bytes, size) < 0) {
		assert_true(c.text[0]);
		assert_null(strchr(c.text, '\n'));
		return;
	}
	assert_int_equal(image_load(&img, &lg, &c), 0);
	image_close(&img);
}

static void test_mutations(void **state)
{
	static const u8 values[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	size_t at, v;
	unsigned i;

	(void)state;
	for (at = 0; at < sizeof(*f); at++)
		for (v = 0; v < sizeof(values); v++) {
			setup(NULL);
			bytes[at] = values[v];
			try_anything();
		}
	srand(1);
	for (i = 0; i < 2000; i++) {
		int flips = 1 + rand() % 6;

		setup(NULL);
		while (flips--)
			bytes[(size_t)rand() % sizeof(*f)] = (u8)rand();
		size = (size_t)rand() % sizeof(bytes);
		try_anything();
	}
	setup(NULL);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_good),	  T(test_head_and_tail), T(test_historical), T(test_header),
		T(test_segments), T(test_many_segments), T(test_notes),	     T(test_keep_clear),
		T(test_gzip),	  T(test_gzip_bomb),	 T(test_not_a_file), T(test_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
