/* SPDX-License-Identifier: MIT */
/* The 9P server: what each message does. */
#include "tests/unit/cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/9p_client.h"

static struct client c;

static int setup(void **state)
{
	(void)state;
	client_attach(&c, 0);
	return 0;
}

static int setup_ro(void **state)
{
	(void)state;
	client_attach(&c, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	client_stop(&c);
	return 0;
}

#define REFUSED(call, text) \
	do { \
		assert_false(call); \
		assert_string_equal(c.error, text); \
	} while (0)

/* --- What the entry of a directory or a Tstat says ----------------------------- */

struct entry {
	u32 mode, atime, mtime;
	u8 type;
	u64 path, length;
	char name[256], uid[64], gid[64], muid[64];
};

static void get_entry(struct entry *e)
{
	u32 size = (u32)client_get(&c, 2), end = c.at + size;

	assert_int_equal(client_get(&c, 2), 0);
	assert_int_equal(client_get(&c, 4), 0);
	e->type = (u8)client_get(&c, 1);
	client_get(&c, 4);
	e->path = client_get(&c, 8);
	e->mode = (u32)client_get(&c, 4);
	e->atime = (u32)client_get(&c, 4);
	e->mtime = (u32)client_get(&c, 4);
	e->length = client_get(&c, 8);
	client_get_string(&c, e->name, sizeof(e->name));
	client_get_string(&c, e->uid, sizeof(e->uid));
	client_get_string(&c, e->gid, sizeof(e->gid));
	client_get_string(&c, e->muid, sizeof(e->muid));
	assert_int_equal(c.at, end);
}

static struct entry stat_of(const char *path)
{
	struct entry e;

	assert_true(client_walk(&c, 50, path));
	assert_true(client_call(&c, P9_TSTAT, "4", 50));
	assert_int_equal(client_get(&c, 2), c.rlen - 9);
	get_entry(&e);
	assert_true(client_call(&c, P9_TCLUNK, "4", 50));
	return e;
}

/* Twstat with all but these left alone. */
static int wstat(const char *path, u32 mode, u32 mtime, u64 length, const char *name)
{
	u16 size = (u16)(2 + 4 + 13 + 4 + 4 + 4 + 8 + 2 + strlen(name) + 6);
	char error[256];
	int ok;

	assert_true(client_walk(&c, 51, path));
	ok = client_call(&c, P9_TWSTAT,
			 "42224148444"
			 "8s222",
			 51, size + 2, size, 0xffff, ~0u, 0xff, ~0ull, ~0u, mode, ~0u, mtime,
			 length, name, 0, 0, 0);
	memcpy(error, c.error, sizeof(error));
	client_call(&c, P9_TCLUNK, "4", 51);
	memcpy(c.error, error, sizeof(error));
	return ok;
}

/* --- The beginning -------------------------------------------------------------- */

static void test_version(void **state)
{
	char v[16];

	(void)state;
	assert_true(client_call(&c, P9_TVERSION, "4s", 1u << 30, "9P2000.L"));
	assert_int_equal(client_get(&c, 4), P9_MSIZE);
	client_get_string(&c, v, sizeof(v));
	assert_string_equal(v, "9P2000");
	assert_int_equal(p9_fids(c.s), 0); /* a new session */
	REFUSED(client_call(&c, P9_TSTAT, "4", ROOT), "unknown fid");
	assert_true(client_call(&c, P9_TVERSION, "4s", 8192, "9P1999"));
	client_get(&c, 4);
	client_get_string(&c, v, sizeof(v));
	assert_string_equal(v, "unknown");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", 5, P9_NOFID, "u", ""),
		"no version agreed upon");
	REFUSED(client_call(&c, P9_TVERSION, "4s", 255, "9P2000"), "i/o count too small");
}

static void test_attach(void **state)
{
	(void)state;
	REFUSED(client_call(&c, P9_TAUTH, "4ss", 9, "glenda", ""), "no authentication required");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", ROOT, P9_NOFID, "u", ""), "fid already in use");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", 2, 3, "u", ""), "no authentication required");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", P9_NOFID, P9_NOFID, "u", ""), "unknown fid");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", 2, P9_NOFID, "u", "no"), "file does not exist");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", 2, P9_NOFID, "u", "hello"), "not a directory");
	REFUSED(client_call(&c, P9_TATTACH, "44ss", 2, P9_NOFID, "u", "d/no"),
		"file does not exist");
	assert_true(client_call(&c, P9_TATTACH, "44ss", 2, P9_NOFID, "bob", "/d/e"));
	assert_string_equal(stat_of("").uid, "bob");
}

static void test_walk(void **state)
{
	(void)state;
	assert_true(client_walk(&c, 2, "d/e/deep"));
	assert_int_equal(c.rlen, 7 + 2 + 3 * 13);
	REFUSED(client_walk(&c, 3, "nothing"), "file does not exist");
	assert_int_equal(client_walk(&c, 3, "d/nothing/deep"), 0);
	assert_int_equal(c.rlen, 7 + 2 + 13); /* one step went */
	REFUSED(client_call(&c, P9_TSTAT, "4", 3), "unknown fid");
	assert_int_equal(client_walk(&c, 3, "hello/x"), 0);
	REFUSED(client_walk(&c, 2, "d"), "fid already in use");
	assert_true(client_walk(&c, 3, "")); /* clones */
	assert_true(client_call(&c, P9_TWALK, "442s", 3, 3, 1, "d"));
	assert_true(client_call(&c, P9_TWALK, "442s", 3, 3, 1, "nothing") == 0);
	assert_true(client_call(&c, P9_TWALK, "442ss", 3, 4, 2, "e", "deep")); /* 3 is still d */
	assert_true(client_walk(&c, 5, "d/e/../../../../d/e/deep"));
	assert_true(client_call(&c, P9_TOPEN, "41", 5, 0));
	REFUSED(client_call(&c, P9_TWALK, "442", 5, 6, 0), "inappropriate use of fd");
	assert_int_equal(stat_of("d").path, stat_of("d/e/..").path);
	assert_int_equal(stat_of("").path, stat_of("../..").path);
}

static void test_nodes_freed(void **state)
{
	u32 i;

	(void)state;
	for (i = 10; i < 300; i++)	/* ulimit -n may be 1024 */
		assert_true(client_walk(&c, i, "d/e/deep"));
	for (i = 10; i < 300; i++)	/* ulimit -n may be 1024 */
		assert_true(client_call(&c, P9_TCLUNK, "4", i));
	assert_int_equal(p9_fids(c.s), 1);
	assert_int_equal(p9_nodes(c.s), 0);
}

/* --- Reading and writing ------------------------------------------------------------ */

static void test_read(void **state)
{
	(void)state;
	assert_string_equal(client_read(&c, "hello"), "hello, world\n");
	assert_string_equal(client_read(&c, "d/e/deep"), "deep\n");
	assert_true(client_open(&c, 2, "hello", 0));
	assert_true(client_call(&c, P9_TREAD, "484", 2, (u64)7, 3));
	assert_int_equal(client_get(&c, 4), 3);
	assert_memory_equal(c.r + c.at, "wor", 3);
	assert_true(client_call(&c, P9_TREAD, "484", 2, (u64)13, ~0u));
	assert_int_equal(client_get(&c, 4), 0);
	REFUSED(client_call(&c, P9_TREAD, "484", 2, ~0ull, 1), "negative i/o offset");
	REFUSED(client_call(&c, P9_TWRITE, "484d", 2, (u64)0, 1, "x", (size_t)1),
		"inappropriate use of fd");
	REFUSED(client_call(&c, P9_TREAD, "484", ROOT, (u64)0, 1), "inappropriate use of fd");
	REFUSED(client_open(&c, 3, "hello", 3), "permission denied"); /* exec */
	REFUSED(client_open(&c, 3, "d", 1), "file is a directory");
	REFUSED(client_open(&c, 3, "hello", 0x80), "bad arg in system call");
}

static void test_write(void **state)
{
	(void)state;
	assert_true(client_open(&c, 2, "hello", 1));
	assert_true(client_call(&c, P9_TWRITE, "484d", 2, (u64)7, 5, "there", (size_t)5));
	assert_int_equal(client_get(&c, 4), 5);
	assert_string_equal(client_read(&c, "hello"), "hello, there\n");
	REFUSED(client_call(&c, P9_TWRITE, "484d", 2, (u64)0, 6, "there", (size_t)5),
		"malformed message");
	REFUSED(client_call(&c, P9_TREAD, "484", 2, (u64)0, 1), "inappropriate use of fd");
	assert_true(client_open(&c, 3, "hello", 0x11)); /* truncate */
	assert_string_equal(client_read(&c, "hello"), "");
}

static void test_create(void **state)
{
	struct entry e;

	(void)state;
	assert_true(client_walk(&c, 2, "d"));
	assert_true(client_call(&c, P9_TCREATE, "4s41", 2, "new", 0666, 1));
	assert_true(client_call(&c, P9_TWRITE, "484d", 2, (u64)0, 3, "abc", (size_t)3));
	assert_string_equal(client_read(&c, "d/new"), "abc");
	e = stat_of("d/new");
	assert_int_equal(e.mode, 0644); /* the directory is 0755 */
	assert_int_equal(e.length, 3);
	assert_string_equal(e.uid, "glenda");
	assert_true(client_walk(&c, 3, "d"));
	REFUSED(client_call(&c, P9_TCREATE, "4s41", 3, "new", 0666, 1), "file already exists");
	REFUSED(client_call(&c, P9_TCREATE, "4s41", 3, "a/b", 0666, 1),
		"bad character in file name");
	REFUSED(client_call(&c, P9_TCREATE, "4s41", 3, "..", 0666, 1),
		"bad character in file name");
	assert_true(client_call(&c, P9_TCREATE, "4s41", 3, "dir", 0x800001ff, 0));
	assert_int_equal(stat_of("d/dir").mode, 0x80000000 | 0755);
	assert_true(client_call(&c, P9_TREAD, "484", 3, (u64)0, 100)); /* it is open */
	assert_true(client_walk(&c, 4, "hello"));
	REFUSED(client_call(&c, P9_TCREATE, "4s41", 4, "x", 0666, 1), "not a directory");
	assert_true(client_walk(&c, 5, "d"));
	assert_true(client_call(&c, P9_TCREATE, "4s41", 5, "gone", 0600, 0x41));
	assert_int_equal(access(client_path(&c, "d/gone"), F_OK), 0);
	assert_true(client_call(&c, P9_TCLUNK, "4", 5));
	assert_int_not_equal(access(client_path(&c, "d/gone"), F_OK), 0);
}

static void test_append_exclusive(void **state)
{
	(void)state;
	assert_true(client_walk(&c, 2, ""));
	assert_true(client_call(&c, P9_TCREATE, "4s41", 2, "log", 0x400001b6, 1));
	assert_true(client_call(&c, P9_TWRITE, "484d", 2, (u64)0, 3, "one", (size_t)3));
	assert_true(client_call(&c, P9_TWRITE, "484d", 2, (u64)0, 3, "two", (size_t)3));
	assert_string_equal(client_read(&c, "log"), "onetwo");
	assert_int_equal(stat_of("log").mode & 0x40000000, 0x40000000);
	assert_int_equal(stat_of("log").type, 0x40);
	assert_true(client_open(&c, 3, "log", 0x11)); /* no truncation */
	assert_string_equal(client_read(&c, "log"), "onetwo");
	assert_true(wstat("log", 0x20000000 | 0600, ~0u, ~0ull, ""));
	REFUSED(client_open(&c, 4, "log", 0), "device or object already in use");
	assert_true(client_call(&c, P9_TCLUNK, "4", 2));
	assert_true(client_call(&c, P9_TCLUNK, "4", 3));
	assert_true(client_open(&c, 4, "log", 0));
}

static void test_remove(void **state)
{
	(void)state;
	assert_true(client_walk(&c, 2, "hello"));
	assert_true(client_walk(&c, 3, "d"));
	assert_true(client_call(&c, P9_TREMOVE, "4", 2));
	REFUSED(client_call(&c, P9_TREMOVE, "4", 2), "unknown fid");
	REFUSED(client_walk(&c, 2, "hello"), "file does not exist");
	REFUSED(client_call(&c, P9_TREMOVE, "4", 3), "directory not empty");
	REFUSED(client_call(&c, P9_TSTAT, "4", 3), "unknown fid"); /* clunked anyway */
	REFUSED(client_call(&c, P9_TREMOVE, "4", ROOT), "permission denied");
}

/* --- Directories ---------------------------------------------------------------------- */

static unsigned count_entries(u32 fid, u32 count)
{
	unsigned n = 0;
	u64 offset = 0;
	struct entry e;
	u32 len;

	do {
		assert_true(client_call(&c, P9_TREAD, "484", fid, offset, count));
		len = (u32)client_get(&c, 4);
		assert_int_equal(c.rlen, c.at + len);
		for (; c.at < c.rlen; n++) {
			get_entry(&e);
			assert_string_not_equal(e.name, ".");
			assert_string_not_equal(e.name, "..");
		}
		offset += len;
	} while (len);
	return n;
}

static void test_directory(void **state)
{
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "d/file-%d", i);
		client_put(&c, name, "");
	}
	assert_true(client_open(&c, 2, "d", 0));
	assert_int_equal(count_entries(2, 8192), 1001);
	assert_int_equal(count_entries(2, 100), 1001); /* one at a time; from the start again */
	REFUSED(client_call(&c, P9_TREAD, "484", 2, (u64)0, 10), "i/o count too small");
	assert_true(client_call(&c, P9_TREAD, "484", 2, (u64)0, 200));
	REFUSED(client_call(&c, P9_TREAD, "484", 2, (u64)77, 200), "bad offset in directory read");
}

static void test_stat(void **state)
{
	struct entry e = stat_of("hello");
	struct stat st;

	(void)state;
	assert_int_equal(stat(client_path(&c, "hello"), &st), 0);
	assert_string_equal(e.name, "hello");
	assert_string_equal(e.uid, "glenda");
	assert_int_equal(e.mode, st.st_mode & 0777);
	assert_int_equal(e.mtime, st.st_mtime);
	assert_int_equal(e.path, st.st_ino);
	assert_int_equal(e.length, 13);
	e = stat_of("");
	assert_string_equal(e.name, "/");
	assert_int_equal(e.type, 0x80);
	assert_int_equal(e.length, 0);
}

static void test_wstat(void **state)
{
	(void)state;
	assert_true(client_walk(&c, 2, "hello")); /* follows the file */
	assert_true(wstat("hello", 0640, 1000000, 5, "renamed"));
	assert_string_equal(client_read(&c, "renamed"), "hello");
	assert_int_equal(stat_of("renamed").mode, 0640);
	assert_int_equal(stat_of("renamed").mtime, 1000000);
	REFUSED(client_walk(&c, 3, "hello"), "file does not exist");
	assert_true(client_call(&c, P9_TOPEN, "41", 2, 0));
	REFUSED(wstat("renamed", ~0u, ~0u, ~0ull, "d"), "file already exists");
	REFUSED(wstat("renamed", ~0u, ~0u, ~0ull, "d/x"), "bad character in file name");
	REFUSED(wstat("d", 0755, ~0u, ~0ull, ""), "bad arg in system call"); /* DMDIR gone */
	REFUSED(wstat("d", ~0u, ~0u, 10, ""), "file is a directory");
	REFUSED(wstat("", ~0u, ~0u, ~0ull, "other"), "permission denied");
	assert_true(wstat("renamed", ~0u, ~0u, ~0ull, "")); /* sync */
	assert_true(wstat("renamed", 0, ~0u, ~0ull, ""));
	assert_true(wstat("renamed", 0600, ~0u, ~0ull, ""));
	assert_true(wstat("renamed", ~0u, ~0u, 1ull << 20, ""));
	assert_int_equal(stat_of("renamed").length, 1 << 20);
	assert_true(client_walk(&c, 4, "d"));
	REFUSED(client_call(&c, P9_TWSTAT, "42d", 4, 10, "0123456789", (size_t)10),
		"malformed stat buffer");
}

static void test_read_only(void **state)
{
	(void)state;
	assert_string_equal(client_read(&c, "hello"), "hello, world\n");
	REFUSED(client_open(&c, 2, "hello", 1), "permission denied");
	REFUSED(client_open(&c, 2, "hello", 2), "permission denied");
	REFUSED(client_open(&c, 2, "hello", 0x10), "permission denied");
	REFUSED(client_open(&c, 2, "hello", 0x40), "permission denied");
	REFUSED(wstat("hello", 0600, ~0u, ~0ull, ""), "permission denied");
	assert_true(client_walk(&c, 2, ""));
	REFUSED(client_call(&c, P9_TCREATE, "4s41", 2, "x", 0666, 1), "permission denied");
	assert_true(client_walk(&c, 3, "hello"));
	REFUSED(client_call(&c, P9_TREMOVE, "4", 3), "permission denied");
	assert_int_equal(access(client_path(&c, "hello"), F_OK), 0);
}

static void test_flush(void **state)
{
	(void)state;
	assert_true(client_call(&c, P9_TFLUSH, "2", 7));
	assert_int_equal(c.rlen, 7);
}

#define TEST(name)    cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_RO(name) cmocka_unit_test_setup_teardown(name, setup_ro, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_version), TEST(test_attach),
		TEST(test_walk),    TEST(test_nodes_freed),
		TEST(test_read),    TEST(test_write),
		TEST(test_create),  TEST(test_append_exclusive),
		TEST(test_remove),  TEST(test_directory),
		TEST(test_stat),    TEST(test_wstat),
		TEST(test_flush),   TEST_RO(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
