/* SPDX-License-Identifier: MIT */
/*
 * The 9P server and those who want out of the directory, or it down: names,
 * links, renames at the wrong moment, and messages of every kind of nonsense.
 */
#include "tests/unit/cm.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/9p_client.h"

static struct client c;
static char outside[64]; /* a directory with a secret in it */

static int setup(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	client_attach(&c, 0);
	strcpy(outside, "/tmp/lguest-out-XXXXXX");
	assert_non_null(mkdtemp(outside));
	snprintf(path, sizeof(path), "%s/secret", outside);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("secret", f);
	fclose(f);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	client_stop(&c);
	snprintf(command, sizeof(command), "rm -rf %s", outside);
	return system(command);
}

static void link_to(const char *target, const char *name)
{
	assert_int_equal(symlink(target, client_path(&c, name)), 0);
}

#define REFUSED(call, text) \
	do { \
		assert_false(call); \
		assert_string_equal(c.error, text); \
	} while (0)

/* --- Links ---------------------------------------------------------------------- */

static void test_links_inside(void **state)
{
	(void)state;
	link_to("../../hello", "d/e/up");
	link_to("e", "d/dir");
	assert_string_equal(client_read(&c, "d/e/up"), "hello, world\n");
	assert_string_equal(client_read(&c, "d/dir/deep"), "deep\n");
	assert_string_equal(client_read(&c, "d/dir/up"), "hello, world\n");
	assert_string_equal(client_read(&c, "d/dir/../../hello"), "hello, world\n");
	assert_true(client_walk(&c, 2, "d/dir"));
	assert_true(client_call(&c, P9_TREMOVE, "4", 2)); /* the link, not the directory */
	assert_string_equal(client_read(&c, "d/e/deep"), "deep\n");
	REFUSED(client_walk(&c, 2, "d/dir") || client_walk(&c, 2, "nothing"),
		"file does not exist");
}

static void test_links_outside(void **state)
{
	char up[128], secret[128];

	(void)state;
	snprintf(secret, sizeof(secret), "%s/secret", outside);
	snprintf(up, sizeof(up), "..%s", strrchr(outside, '/'));
	link_to(secret, "absolute");
	link_to(outside, "dir");
	link_to(up, "relative");
	link_to("/proc/self/root", "magic");
	link_to("/proc/self/cwd", "d/magic");
	link_to("loop", "loop");
	link_to("..", "up");
	assert_null(client_read(&c, "absolute"));
	assert_null(client_read(&c, "loop"));
	assert_null(client_read(&c, "magic"));
	assert_int_equal(client_walk(&c, 3, "dir/secret"), 0);
	assert_int_equal(client_walk(&c, 3, "relative/secret"), 0);
	assert_int_equal(client_walk(&c, 3, "magic/tmp"), 0);
	assert_int_equal(client_walk(&c, 3, "d/magic/tmp"), 0);
	assert_int_equal(client_walk(&c, 3, "up/tmp"), 0);
	/* What can be done with one is remove it. */
	assert_true(client_walk(&c, 4, "absolute"));
	assert_true(client_call(&c, P9_TREMOVE, "4", 4));
	assert_int_equal(access(secret, F_OK), 0);
}

static void test_names(void **state)
{
	static const char *const bad[] = { "", ".", "/", "../x", "d/e", "/etc", "..\001", "d/" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(client_call(&c, P9_TWALK, "442s", ROOT, 2, 1, bad[i]), 0);
		assert_string_equal(c.error, "file does not exist");
	}
	/* A NUL would end the name early for the host. */
	client_make(&c, P9_TWALK, "4422d", ROOT, 2, 1, 7, "hello\0x", (size_t)7);
	REFUSED(client_send(&c), "file does not exist");
	assert_int_equal(p9_fids(c.s), 1);
}

/* Nothing but files and directories can be opened: a fifo would wait. */
static void test_special(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(client_path(&c, "fifo"), 0666), 0);
	REFUSED(client_open(&c, 2, "fifo", 0), "permission denied");
	REFUSED(client_open(&c, 2, "fifo", 1), "permission denied");
}

/* A file that is another by the time it is opened. */
static void test_replaced(void **state)
{
	(void)state;
	assert_true(client_walk(&c, 2, "hello"));
	client_put(&c, "new", "other");
	assert_int_equal(rename(client_path(&c, "new"), client_path(&c, "hello")), 0);
	REFUSED(client_call(&c, P9_TOPEN, "41", 2, 0), "file does not exist");
	REFUSED(client_call(&c, P9_TREMOVE, "4", 2), "file does not exist");
	assert_string_equal(client_read(&c, "hello"), "other");
}

/* --- Races: a thread that swaps names while the guest walks ----------------------- */

static atomic_int racing;
static char race[4][128];

static void *swap_link(void *arg)
{
	(void)arg;
	while (atomic_load(&racing)) {
		renameat2(AT_FDCWD, race[0], AT_FDCWD, race[1], 2 /* RENAME_EXCHANGE */);
	}
	return NULL;
}

/* Moves the directory the guest is in out of the share, and back. */
static void *move_out(void *arg)
{
	(void)arg;
	while (atomic_load(&racing)) {
		rename(race[2], race[3]);
		rename(race[3], race[2]);
	}
	return NULL;
}

static void run_race(void *(*attacker)(void *), const char *const *paths, unsigned npaths)
{
	unsigned i, found = 0;
	pthread_t thread;

	atomic_store(&racing, 1);
	assert_int_equal(pthread_create(&thread, NULL, attacker, NULL), 0);
	for (i = 0; i < 20000; i++) {
		const char *text = client_read(&c, paths[i % npaths]);

		if (text) {
			assert_string_not_equal(text, "secret");
			found++;
		}
		client_call(&c, P9_TCLUNK, "4", 99);
	}
	atomic_store(&racing, 0);
	pthread_join(thread, NULL);
	assert_true(found > 0); /* it was a race, not a wall */
	assert_int_equal(p9_fids(c.s), 1);
}

static void test_race_links(void **state)
{
	static const char *const paths[] = { "s/secret", "s", "s/../s/secret", "via/secret" };

	(void)state;
	/* s is a directory with an innocent "secret", or a link outside. */
	assert_int_equal(mkdir(client_path(&c, "s"), 0755), 0);
	client_put(&c, "s/secret", "innocent");
	link_to(outside, "t");
	link_to("s", "via");
	snprintf(race[0], sizeof(race[0]), "%s/s", c.dir);
	snprintf(race[1], sizeof(race[1]), "%s/t", c.dir);
	run_race(swap_link, paths, 4);
}

static void test_race_moves(void **state)
{
	static const char *const paths[] = { "d/e/../../../secret", "d/e/up", "d/e/deep" };

	(void)state;
	link_to("../../secret", "d/e/up"); /* in the share: none; moved: none of ours */
	snprintf(race[2], sizeof(race[2]), "%s/d/e", c.dir);
	snprintf(race[3], sizeof(race[3]), "%s/e", outside);
	run_race(move_out, paths, 3);
}

/* --- Limits ------------------------------------------------------------------------- */

static void test_too_many(void **state)
{
	u32 i, n = 0;

	(void)state;
	for (i = 2; i < P9_FIDS + 10; i++)
		n += (u32)client_walk(&c, i, "");
	assert_int_equal(n, P9_FIDS - 1);
	assert_string_equal(c.error, "too many fids");
	assert_true(client_call(&c, P9_TCLUNK, "4", 2));
	assert_true(client_walk(&c, 2, "hello"));
}

static void test_deep(void **state)
{
	int i;

	(void)state;
	/* As deep as descriptors last; then an error, and all come back. */
	assert_true(client_walk(&c, 3, ""));
	link_to(".", "self");
	for (i = 0; i < 20000; i++)
		if (!client_call(&c, P9_TWALK, "442s", 3, 3, 1, "self"))
			break;
	assert_true(i < 20000);
	assert_true(client_call(&c, P9_TCLUNK, "4", 3));
	assert_int_equal(p9_nodes(c.s), 0);
	assert_string_equal(client_read(&c, "hello"), "hello, world\n");
}

/* --- Nonsense -------------------------------------------------------------------------- */

static u64 seed;

static u32 rnd(u32 below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(seed >> 33) % below;
}

/* A good request of some kind, about fids 1 to 8. */
static void some_request(void)
{
	static const char *const names[] = { "hello", "d", "e", "..", "x", "link", "", "deep" };
	const char *a = names[rnd(8)], *b = names[rnd(8)];
	u32 fid = 1 + rnd(8), other = 1 + rnd(8);

	switch (rnd(13)) {
	case 0:
		client_make(&c, P9_TATTACH, "44ss", fid, P9_NOFID, "u", "");
		break;
	case 1:
	case 2:
		client_make(&c, P9_TWALK, "442ss", fid, other, 2, a, b);
		break;
	case 3:
		client_make(&c, P9_TWALK, "442", fid, other, 0);
		break;
	case 4:
		client_make(&c, P9_TOPEN, "41", fid, rnd(4) | (rnd(4) ? 0 : 0x10u << rnd(3)));
		break;
	case 5:
		client_make(&c, P9_TCREATE, "4s41", fid, a, rnd(2) ? 0x800001ff : 0666, rnd(3));
		break;
	case 6:
	case 7:
		client_make(&c, P9_TREAD, "484", fid, (u64)rnd(30), rnd(9000));
		break;
	case 8:
		client_make(&c, P9_TWRITE, "484d", fid, (u64)rnd(30), 5, "fuzzy", (size_t)5);
		break;
	case 9:
		client_make(&c, P9_TCLUNK, "4", fid);
		break;
	case 10:
		client_make(&c, P9_TREMOVE, "4", fid);
		break;
	case 11:
		client_make(&c, P9_TSTAT, "4", fid);
		break;
	default:
		client_make(&c, P9_TWSTAT,
			    "42224148444"
			    "8s222",
			    fid, 49, 47, 0xffff, ~0u, 0xff, ~0ull, ~0u, rnd(512), ~0u, rnd(99999),
			    (u64)rnd(99), "", 0, 0, 0);
	}
}

static void mutate(void)
{
	u32 n = rnd(4);

	while (n--)
		c.t[rnd(c.tlen)] = (u8)(rnd(3) ? rnd(256) : 0xff * rnd(2));
	if (!rnd(4))
		c.tlen = rnd(c.tlen + 20);
	if (rnd(4)) { /* mostly, the size is right: or nothing else is looked at */
		c.t[0] = (u8)c.tlen;
		c.t[1] = (u8)(c.tlen >> 8);
		c.t[2] = c.t[3] = 0;
	}
}

/* The reply must be one, whatever was asked. */
static void check_reply(u32 room)
{
	u8 *t = malloc(c.tlen), *r = malloc(room); /* so that ASan sees the ends */
	u32 len;

	assert_true(t && r);
	memcpy(t, c.t, c.tlen);
	len = p9_serve(c.s, t, c.tlen, r, room);
	assert_true(len <= room);
	if (len) {
		assert_true(len >= 7);
		assert_int_equal(r[0] | r[1] << 8 | r[2] << 16 | r[3] << 24, len);
		assert_true(r[4] == P9_RERROR || r[4] == (u8)(t[4] + 1));
		assert_int_equal(r[5] | r[6] << 8, t[5] | t[6] << 8);
	}
	free(t);
	free(r);
}

static void test_fuzz(void **state)
{
	const char *n = getenv("FUZZ_9P");
	u32 i, rounds = n ? (u32)atoi(n) : 100000;

	(void)state;
	seed = getenv("FUZZ_SEED") ? (u64)atoll(getenv("FUZZ_SEED")) : (u64)time(NULL);
	print_message("seed %llu\n", (unsigned long long)seed);
	link_to("../..", "d/e/link");
	for (i = 0; i < rounds; i++) {
		some_request();
		if (rnd(3))
			mutate();
		check_reply(rnd(20) ? 9000 : 1 + rnd(200));
		if (!rnd(500)) {
			client_make(&c, P9_TVERSION, "4s", 256 + rnd(20000), "9P2000");
			check_reply(100);
			client_make(&c, P9_TATTACH, "44ss", ROOT, P9_NOFID, "u", "");
			check_reply(100);
		}
	}
	assert_true(client_call(&c, P9_TVERSION, "4s", 8192, "9P2000"));
	assert_int_equal(p9_fids(c.s), 0);
	assert_int_equal(p9_nodes(c.s), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_links_inside), TEST(test_links_outside), TEST(test_names),
		TEST(test_special),	 TEST(test_replaced),	   TEST(test_race_links),
		TEST(test_race_moves),	 TEST(test_too_many),	   TEST(test_deep),
		TEST(test_fuzz),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
