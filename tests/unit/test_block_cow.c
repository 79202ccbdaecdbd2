/* SPDX-License-Identifier: MIT */
/*
 * Overlays: what is in the file after a crash at any moment.  All writes to
 * the file go through here; a crash keeps what was synced, and of the rest any
 * part, torn anywhere.  Opened again, the disk must be as of the last flush
 * that was acknowledged, or of the one under way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "devices/block_cow.h"

#define DISK	(70 * 4096 + 1500) /* no whole block, no whole sector */
#define SECTORS ((DISK + 511) / 512)
#define ROUND	(SECTORS * 512)
#define FILEMAX (8u << 20)
#define PENDING 512

static char dir[64] = "/tmp/lguest-cow-XXXXXX", base_path[128], cow_path[128];
static u8 model[ROUND], acked[ROUND], flushing[ROUND], buf[ROUND];
static int in_flush, watch = -1; /* the overlay's descriptor */

/* What the medium has, and what is still on its way. */
static u8 *durable;
static size_t durable_len;
static struct {
	u8 *data;
	size_t len;
	off_t off;
} pending[PENDING];
static unsigned npending;

static u32 seed = 1;
static u32 rnd(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (u32)((u64)(seed >> 8) * n >> 24);
}

/* --- the medium -------------------------------------------------------------- */

static void put_durable(u8 *img, size_t *len, off_t off, const u8 *p, size_t n)
{
	assert_true((size_t)off + n <= FILEMAX);
	memcpy(img + off, p, n);
	if (*len < (size_t)off + n)
		*len = (size_t)off + n;
}

static u8 *crash_image;
static size_t crash_len;
static u8 crash_a[ROUND], crash_b[ROUND];
static int have_crash, crash_alternative;

/* Whatever of the unsynced writes happened to reach the medium. */
static void crash_here(void)
{
	unsigned i;

	memset(crash_image, 0, FILEMAX);
	memcpy(crash_image, durable, durable_len);
	crash_len = durable_len;
	for (i = 0; i < npending; i++) {
		size_t n = pending[i].len, from = 0;

		switch (rnd(4)) {
		case 0:
			continue;
		case 1: /* the beginning only */
			n = rnd((u32)(n / 512 + 1)) * 512;
			break;
		case 2: /* the end only */
			from = rnd((u32)(n / 512 + 1)) * 512;
			if (from > n)
				from = n;
			break;
		}
		if (n > pending[i].len)
			n = pending[i].len;
		if (from < n)
			put_durable(crash_image, &crash_len, pending[i].off + (off_t)from,
				    pending[i].data + from, n - from);
	}
	memcpy(crash_a, acked, ROUND);
	crash_alternative = in_flush;
	memcpy(crash_b, flushing, ROUND);
	have_crash = 1;
}

ssize_t __real_pwritev(int fd, const struct iovec *iov, int n, off_t off);
ssize_t __wrap_pwritev(int fd, const struct iovec *iov, int n, off_t off);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static int fail_writes; /* the file system is full */

ssize_t __wrap_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	ssize_t done;
	u8 *p;
	int i;

	if (fd != watch)
		return __real_pwritev(fd, iov, n, off);
	if (fail_writes && rnd(3) == 0) {
		errno = ENOSPC;
		return -1;
	}
	if (!have_crash && rnd(12) == 0)
		crash_here();
	done = __real_pwritev(fd, iov, n, off);
	assert_true(done > 0 && npending < PENDING);
	p = malloc((size_t)done);
	assert_non_null(p);
	pending[npending].data = p;
	pending[npending].len = (size_t)done;
	pending[npending++].off = off;
	for (i = 0; i < n; i++) {
		memcpy(p, iov[i].iov_base, iov[i].iov_len);
		p += iov[i].iov_len;
	}
	return done;
}

static void settle(void)
{
	unsigned i;

	for (i = 0; i < npending; i++) {
		put_durable(durable, &durable_len, pending[i].off, pending[i].data, pending[i].len);
		free(pending[i].data);
	}
	npending = 0;
}

int __wrap_fdatasync(int fd)
{
	if (fd != watch)
		return __real_fdatasync(fd);
	if (!have_crash && rnd(4) == 0)
		crash_here();
	settle();
	return 0;
}

/* --- the disk ------------------------------------------------------------------ */

static struct store *open_disk(void)
{
	struct store *base, *s;
	struct store_why why = { "" };

	assert_int_equal(raw_open(&base, base_path, 1, &why), 0);
	if (cow_open(&s, base, cow_path, &why))
		fail_msg("%s", why.text);
	watch = ((struct cow *)s)->fd;
	return s;
}

static int transfer(struct store *s, enum store_op op, u8 *p, u64 off, u64 len)
{
	/* In three pieces of odd sizes, as a guest may have it. */
	u64 a = len / 3, b = len / 2;
	struct iovec iov[3] = { { p, a }, { p + a, b - a }, { p + b, len - b } };
	struct store_io io = { op, off, len, iov, 3, 0 };

	return store_one(s, &io);
}

static void check(struct store *s, const u8 *want)
{
	memset(buf, 0xee, sizeof(buf));
	assert_int_equal(transfer(s, STORE_READ, buf, 0, ROUND), 0);
	assert_memory_equal(buf, want, ROUND);
}

static void flush(struct store *s, int may_fail)
{
	struct store_io io = { STORE_FLUSH, 0, 0, NULL, 0, 0 };

	memcpy(flushing, model, ROUND);
	in_flush = 1;
	if (store_one(s, &io) == 0)
		memcpy(acked, model, ROUND);
	else
		assert_true(may_fail);
	in_flush = 0;
}

static void change(struct store *s, int may_fail)
{
	u32 at = rnd(SECTORS), n = 1 + rnd(rnd(3) ? 8 : SECTORS - at), i;
	struct store_io io = { STORE_ZERO, at * 512ull, 0, NULL, 0, 0 };

	if (n > SECTORS - at)
		n = SECTORS - at;
	if (rnd(6) == 0) {
		io.len = n * 512ull;
		assert_true(store_one(s, &io) == 0 || may_fail);
		if (!io.err)
			memset(model + at * 512, 0, n * 512);
		else
			transfer(s, STORE_READ, model + at * 512, at * 512ull, n * 512ull);
		return;
	}
	for (i = 0; i < n * 512; i++)
		buf[i] = (u8)rnd(256);
	if (transfer(s, STORE_WRITE, buf, at * 512ull, n * 512ull) == 0) {
		memcpy(model + at * 512, buf, n * 512);
		return;
	}
	/* What of it was written is the disk's affair; but it is that from now on. */
	assert_true(may_fail);
	assert_int_equal(transfer(s, STORE_READ, model + at * 512, at * 512ull, n * 512ull), 0);
}

static void write_file(const char *path, const u8 *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
}

static void start(void)
{
	u32 i;

	for (i = 0; i < DISK; i++)
		model[i] = (u8)rnd(256);
	memset(model + DISK, 0, ROUND - DISK);
	write_file(base_path, model, DISK);
	unlink(cow_path);
	memset(durable, 0, FILEMAX);
	durable_len = 0;
	npending = 0;
	have_crash = 0;
	memcpy(acked, model, ROUND);
}

/* The power is back. */
static struct store *after_crash(struct store *s)
{
	unsigned i;

	watch = -1;
	for (i = 0; i < npending; i++)
		free(pending[i].data);
	npending = 0;
	store_close(s);
	write_file(cow_path, crash_image, crash_len);
	memcpy(durable, crash_image, FILEMAX);
	durable_len = crash_len;
	s = open_disk();
	have_crash = 0;
	assert_int_equal(transfer(s, STORE_READ, model, 0, ROUND), 0);
	if (!crash_alternative || memcmp(model, crash_b, ROUND))
		assert_memory_equal(model, crash_a, ROUND);
	memcpy(acked, model, ROUND);
	return s;
}

static void crashes(void **state)
{
	unsigned round, crashed = 0;
	struct store *s;

	(void)state;
	for (round = 0; round < 12; round++) {
		unsigned i;

		seed = round + 1;
		start();
		watch = -1;
		s = open_disk();
		/* Being made is not being used: it is on the medium now. */
		{
			int fd = open(cow_path, O_RDONLY);
			ssize_t n = read(fd, durable, FILEMAX);

			assert_true(n > 0);
			durable_len = (size_t)n;
			close(fd);
		}
		for (i = 0; i < 600; i++) {
			fail_writes = round >= 9;
			if (rnd(5))
				change(s, fail_writes);
			else
				flush(s, fail_writes);
			fail_writes = 0;
			if (have_crash && (crash_len == 0 || rnd(3))) {
				have_crash = 0;
			} else if (have_crash) {
				s = after_crash(s);
				crashed++;
			}
		}
		check(s, model);
		store_close(s);
		s = open_disk(); /* an orderly end is a flush */
		check(s, model);
		store_close(s);
		watch = -1;
		settle();
	}
	assert_true(crashed > 100);
}

/* --- files that are none, or damaged ----------------------------------------- */

static int try_open(char *why_text, size_t n)
{
	struct store *base, *s;
	struct store_why why = { "" };
	int err;

	assert_int_equal(raw_open(&base, base_path, 1, &why), 0);
	err = cow_open(&s, base, cow_path, &why);
	if (!err)
		store_close(s);
	snprintf(why_text, n, "%s", why.text);
	return err;
}

static void refused(void **state)
{
	char why[512];
	struct store *s;
	u32 i, bad = 0;
	size_t n;
	int fd;

	(void)state;
	watch = -1;
	start();
	write_file(cow_path, (const u8 *)"my diary", 8);
	assert_true(try_open(why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "not an overlay"));
	unlink(cow_path);
	s = open_disk();
	watch = -1;
	assert_true(try_open(why, sizeof(why)) < 0); /* in use */
	assert_non_null(strstr(why, "in use"));
	for (i = 0; i < 200; i++)
		change(s, 0);
	store_close(s);
	watch = -1;
	/* Any byte of headers and journal may be wrong: refused, or an older state. */
	fd = open(cow_path, O_RDONLY);
	n = (size_t)read(fd, durable, FILEMAX);
	close(fd);
	for (i = 0; i < 400; i++) {
		size_t at = rnd(6 * 4096) % n;

		memcpy(crash_image, durable, n);
		crash_image[at] ^= (u8)(1 + rnd(255));
		write_file(cow_path, crash_image, rnd(10) ? n : rnd((u32)n));
		bad += try_open(why, sizeof(why)) < 0;
	}
	assert_true(bad > 0);
	/* A disk of another size. */
	write_file(cow_path, durable, n);
	assert_int_equal(truncate(base_path, DISK + 512), 0);
	assert_true(try_open(why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "bytes"));
	assert_int_equal(truncate(base_path, DISK), 0);
	assert_int_equal(try_open(why, sizeof(why)), 0);
	assert_non_null(strstr(why, "changed since")); /* a warning */
}

static void temporary(void **state)
{
	struct store *base, *s;
	struct store_why why = { "" };
	struct store_io discard = { STORE_DISCARD, 8192, 8192, NULL, 0, 0 };
	unsigned i;

	(void)state;
	watch = -1;
	start();
	assert_int_equal(raw_open(&base, base_path, 1, &why), 0);
	assert_int_equal(cow_open(&s, base, NULL, &why), 0);
	for (i = 0; i < 2000; i++)
		change(s, 0);
	check(s, model);
	assert_int_equal(store_one(s, &discard), 0);
	memset(model + 8192, 0, 8192);
	check(s, model);
	/* It does not grow for ever: old places are used again. */
	assert_true(((struct cow *)s)->nslots < 400);
	store_close(s);
}

static int setup(void **state)
{
	(void)state;
	durable = calloc(1, FILEMAX);
	crash_image = calloc(1, FILEMAX);
	if (!durable || !crash_image || !mkdtemp(dir))
		return -1;
	snprintf(base_path, sizeof(base_path), "%s/base", dir);
	snprintf(cow_path, sizeof(cow_path), "%s/cow", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(base_path);
	unlink(cow_path);
	rmdir(dir);
	free(durable);
	free(crash_image);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crashes),
		cmocka_unit_test(refused),
		cmocka_unit_test(temporary),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
