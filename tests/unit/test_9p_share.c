/* SPDX-License-Identifier: MIT */
/*
 * A share as a whole: the virtio device, the process behind it, what that
 * process may still do, and guests and servers that do not behave.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices/9p_sandbox.h"
#include "devices/9p_wire.h"
#include "tests/unit/fake_world.h"

#define PFN   (W_RAM / LG_PAGE_SIZE + 4)
#define NEXT  LG_VRING_DESC_NEXT
#define WRITE LG_VRING_DESC_WRITE

static struct world w;
static struct devices all;
static struct share sh;
static char dir[64];

/* The first device has no doorbell: it is always the console. */
static const struct device_kind filler = { .type = LG_DEV_RNG, .name = "filler", .num_vq = 1 };

static int setup(void **state)
{
	const char *what = "";
	char path[128];
	FILE *f;

	(void)state;
	strcpy(dir, "/tmp/lguest-share-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("contents", f);
	fclose(f);
	world_init(&w);
	devices_init(&all, &w.guest);
	assert_non_null(devices_add(&all, &filler, NULL, NULL));
	assert_int_equal(share_start(&sh, dir, 0, "files", world_unpack, world_drop, &what), 0);
	assert_non_null(share_attach(&sh, &all));
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	share_stop(&sh);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static u8 *record(void)
{
	return w.memory + W_RAM + sizeof(struct lg_device_desc) + sizeof(struct lg_vqconfig);
}

/* What the process has to say, for at most ms. */
static void hear(int ms)
{
	struct pollfd fds[DEVICES_MAX];
	unsigned n = devices_fds(&all, fds);

	if (poll(fds, n, ms) > 0)
		devices_heard(&all, fds, n);
}

static void start_driver(void)
{
	record()[offsetof(struct lg_device_desc, status)] = 7;
	assert_int_equal(devices_status(&all, sh.device->desc), 0);
	assert_int_equal(w.route[4], sh.device->doorbell);
}

static void reset_driver(void)
{
	int i;

	record()[offsetof(struct lg_device_desc, status)] = 0;
	assert_true(devices_status(&all, sh.device->desc) >= 0);
	for (i = 0; i < 200 && !devices_settled(&all); i++)
		hear(10);
	assert_int_equal(devices_settled(&all), 1);
	assert_int_equal(w.route[4], 0);
}

static int broken(void)
{
	return record()[offsetof(struct lg_device_desc, status)] & LG_DEV_S_NEEDS_RESET;
}

static void await_broken(void)
{
	int i;

	for (i = 0; i < 200 && !broken(); i++)
		hear(10);
	assert_true(broken());
	for (i = 0; i < 200 && !sh.device->broken; i++)
		hear(10);
	assert_true(sh.device->broken);
}

static void kick(void)
{
	eventfd_write(w.bell[sh.device->doorbell], 1);
}

/* A request in descriptors 2n and 2n+1, at page n + 1 of memory. */
static void ask(u16 n, const void *t, u32 len, u32 room)
{
	u32 at = (n + 1u) * 4096;

	memcpy(w.memory + at, t, len);
	world_desc(&w, PFN)[2 * n] = (struct lg_vring_desc){ at, len, NEXT, (u16)(2 * n + 1) };
	world_desc(&w, PFN)[2 * n + 1] = (struct lg_vring_desc){ at + 2048, room, WRITE, 0 };
	world_offer(&w, PFN, (u16)(2 * n));
	kick();
}

static const u8 *reply(u16 n)
{
	return w.memory + (n + 1u) * 4096 + 2048;
}

static u16 used(void)
{
	return __atomic_load_n(&world_used(&w, PFN)->idx, __ATOMIC_ACQUIRE);
}

/* Until so many chains are back, or 2 s. */
static void await(u16 n)
{
	int i;

	for (i = 0; i < 2000 && used() != n; i++)
		usleep(1000);
	assert_int_equal(used(), n);
}

static const u8 version[] = { 19, 0, 0, 0,   100, 255, 255, 0,	 32, 0,
			      0,  6, 0, '9', 'P', '2', '0', '0', '0' };
static const u8 attach[] = {
	20, 0, 0, 0, 104, 1, 0, 1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 'u', 0, 0
};

static void test_record(void **state)
{
	const struct lg_device_desc *d = (const void *)record();
	const u8 *config = record() + sizeof(*d) + sizeof(struct lg_vqconfig) + 8;

	(void)state;
	assert_int_equal(d->type, LG_DEV_9P);
	assert_int_equal(d->num_vq, 1);
	assert_int_equal(d->config_len, 7);
	assert_memory_equal(config, "\5\0files", 7);
}

static void test_conversation(void **state)
{
	(void)state;
	start_driver();
	ask(0, version, sizeof(version), 64);
	await(1);
	assert_int_equal(reply(0)[4], 101);
	assert_int_equal(world_used(&w, PFN)->ring[0].id, 0);
	assert_int_equal(world_used(&w, PFN)->ring[0].len, 19);
	assert_int_equal(world_irqs(&w), 1u << 2);
	ask(1, attach, sizeof(attach), 64);
	await(2);
	assert_int_equal(reply(1)[4], 105);
	assert_string_equal(w.killed, "");
}

/* A reply in three pieces that do not follow each other; the message in two. */
static void test_pieces(void **state)
{
	struct lg_vring_desc *d = world_desc(&w, PFN);

	(void)state;
	memcpy(w.memory + 4096, version, 10);
	memcpy(w.memory + 5000, version + 10, sizeof(version) - 10);
	d[0] = (struct lg_vring_desc){ 4096, 10, NEXT, 1 };
	d[1] = (struct lg_vring_desc){ 5000, sizeof(version) - 10, NEXT, 2 };
	d[2] = (struct lg_vring_desc){ 6000, 5, WRITE | NEXT, 3 };
	d[3] = (struct lg_vring_desc){ 6100, 3, WRITE | NEXT, 4 };
	d[4] = (struct lg_vring_desc){ 6200, 64, WRITE, 0 };
	start_driver();
	world_offer(&w, PFN, 0);
	kick();
	await(1);
	assert_int_equal(world_used(&w, PFN)->ring[0].len, 19);
	assert_memory_equal(w.memory + 6000, "\x13\0\0\0\x65", 5);
	assert_memory_equal(w.memory + 6100, "\xff\xff\0", 3);
	assert_memory_equal(w.memory + 6205, "9P2000", 6);
}

/* More at once than the server takes in one go. */
static void test_many(void **state)
{
	u16 i;

	(void)state;
	start_driver();
	for (i = 0; i < 60; i++)
		ask(i, version, sizeof(version), 64);
	await(60);
	for (i = 0; i < 60; i++)
		assert_int_equal(reply(i)[4], 101);
}

static void test_bad_chains(void **state)
{
	u8 big[32] = { 32, 0, 0, 0 };

	(void)state;
	start_driver();
	/* No room for a reply, no message, only a part of one: back, empty. */
	world_desc(&w, PFN)[10] = (struct lg_vring_desc){ 4096, 19, 0, 0 };
	world_offer(&w, PFN, 10);
	world_desc(&w, PFN)[11] = (struct lg_vring_desc){ 4096, 19, WRITE, 0 };
	world_offer(&w, PFN, 11);
	ask(0, big, 3, 64);
	await(3);
	assert_int_equal(world_used(&w, PFN)->ring[0].len, 0);
	assert_int_equal(world_used(&w, PFN)->ring[1].len, 0);
	assert_int_equal(world_used(&w, PFN)->ring[2].len, 0);
	/* A message longer than any. */
	world_desc(&w, PFN)[12] = (struct lg_vring_desc){ 0, P9_MSIZE + 1, NEXT, 13 };
	world_desc(&w, PFN)[13] = (struct lg_vring_desc){ 0, 64, WRITE, 0 };
	world_offer(&w, PFN, 12);
	ask(1, version, sizeof(version), 8); /* and a reply that does not fit */
	await(5);
	assert_string_equal(w.killed, "");
	/* Outside memory: that is the device's end, as with any. */
	world_desc(&w, PFN)[14] = (struct lg_vring_desc){ 1ull << 40, 64, NEXT, 15 };
	world_offer(&w, PFN, 14);
	kick();
	await_broken();
	assert_contains(sh.device->vq[0].broken, "outside memory");
	assert_string_equal(w.killed, "");
	reset_driver();
	assert_false(broken());
	start_driver();
	ask(0, version, sizeof(version), 64);
	await(1);
}

/* After a reset nothing of before comes, and nothing of before is remembered. */
static void test_reset(void **state)
{
	int round;
	u16 i;

	(void)state;
	for (round = 0; round < 20; round++) {
		start_driver();
		ask(0, version, sizeof(version), 64);
		await(1);
		for (i = 1; i < 10; i++)
			ask(i, attach, sizeof(attach), 64);
		reset_driver();
		memset(w.memory, 0, W_RAM);
		usleep(1000);
		assert_int_equal(used(), 0);
		for (i = 0; i < 10; i++)
			assert_int_equal(reply(i)[4], 0);
	}
	start_driver();
	ask(0, attach, sizeof(attach), 64);
	await(1);
	assert_int_equal(reply(0)[4], 107); /* no version */
}

/* Let go at the guest's end, and serve another. */
static void test_next_guest(void **state)
{
	int i;

	(void)state;
	start_driver();
	ask(0, version, sizeof(version), 64);
	await(1);
	for (i = 0; i < 200 && !devices_stop(&all); i++)
		hear(10);
	assert_int_equal(devices_stop(&all), 1);
	ask(1, version, sizeof(version), 64);
	usleep(20000);
	assert_int_equal(used(), 1);
	world_init(&w);
	devices_init(&all, &w.guest);
	assert_non_null(devices_add(&all, &filler, NULL, NULL));
	assert_non_null(share_attach(&sh, &all));
	start_driver();
	ask(0, version, sizeof(version), 64);
	await(1);
}

static void test_server_dies(void **state)
{
	(void)state;
	start_driver();
	ask(0, version, sizeof(version), 64);
	await(1);
	kill(sh.pid, SIGKILL);
	waitpid(sh.pid, NULL, 0);
	sh.pid = 0;
	await_broken();
	assert_int_equal(w.irqs, 1u << 2);
	assert_int_equal(sh.fd, -1);
	reset_driver();
	start_driver(); /* and it is broken at once */
	assert_true(broken());
	assert_int_equal(devices_stop(&all), 1);
	assert_string_equal(w.killed, "");
}

/* It dies while the guest waits for a reset. */
static void test_dies_in_reset(void **state)
{
	(void)state;
	start_driver();
	kill(sh.pid, SIGSTOP);
	record()[offsetof(struct lg_device_desc, status)] = 0;
	assert_int_equal(devices_status(&all, sh.device->desc), 1);
	hear(50);
	assert_int_equal(devices_settled(&all), 0);
	kill(sh.pid, SIGKILL);
	hear(1000);
	assert_int_equal(devices_settled(&all), 1);
}

/* A server that was taken over says what it likes. */
static void lie(const struct share_packet *p, size_t len)
{
	int pair[2], i;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	close(sh.fd);
	sh.fd = pair[0];
	start_driver();
	for (i = 0; i < 3; i++)
		assert_int_equal(write(pair[1], p, len), len);
	for (i = 0; i < 3 && sh.fd >= 0; i++)
		hear(0);
	close(pair[1]);
}

static void test_lie_short(void **state)
{
	struct share_packet p = { .word = SHARE_HALT };

	(void)state;
	lie(&p, 5);
	assert_int_equal(sh.fd, -1); /* not listened to any more */
	assert_true(sh.device->broken);
}

static void test_lie_halted(void **state)
{
	struct share_packet p = { .word = SHARE_HALT, .order = 1 };

	(void)state;
	lie(&p, sizeof(p));
	assert_int_equal(sh.device->broken, 0);
	assert_int_equal(devices_settled(&all), 1);
}

static void test_lie_text(void **state)
{
	struct share_packet p = { .word = SHARE_BROKEN };

	(void)state;
	memset(p.u.text, 27, sizeof(p.u.text));
	lie(&p, sizeof(p));
	assert_contains(sh.device->vq[0].broken, "share files: ????");
	assert_null(strchr(sh.device->vq[0].broken, 27));
}

#ifndef __SANITIZE_ADDRESS__
/* In a confined process: 0, or which attempt succeeded. */
static int try_to_leave(int dir_fd, int read_only)
{
	struct share_hello missing = { 0, 0, 0 };

	p9_sandbox(dir_fd, read_only, &missing);
	if (missing.chroot || missing.seccomp)
		return 100;
	if (open("/etc/passwd", O_RDONLY) >= 0)
		return 1;
	if (openat(dir_fd, "../../etc/passwd", O_RDONLY) >= 0)
		return 2;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		return 3;
	if (fork() >= 0)
		return 4;
	if (execl("/bin/true", "true", NULL) >= 0)
		return 5;
	if (chroot(".") >= 0 || chmod("/", 0777) >= 0 || mkdir("/x", 0777) >= 0)
		return 6;
	if (kill(getppid(), 0) >= 0)
		return 7;
	return 0;
}

static void test_sandbox(void **state)
{
	int ro, status;
	pid_t pid;

	(void)state;
	for (ro = 0; ro < 2; ro++) {
		pid = fork();
		if (!pid)
			_exit(try_to_leave(open(dir, O_PATH | O_DIRECTORY), ro));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}
#endif

/* The server's process has the socket, the directory, and /dev/null. */
static void test_descriptors(void **state)
{
	char path[64], target[256];
	int fd, n = 0;

	(void)state;
	for (fd = 0; fd < 200; fd++) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)sh.pid, fd);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = 0;
		n++;
		if (fd <= 2)
			assert_string_equal(target, "/dev/null");
		else if (fd == 4)
			assert_string_equal(target, dir);
	}
	assert_int_equal(n, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_record),	TEST(test_conversation), TEST(test_many),
		TEST(test_bad_chains),	TEST(test_reset),	 TEST(test_server_dies),
		TEST(test_pieces),	TEST(test_next_guest),	 TEST(test_dies_in_reset),
		TEST(test_lie_short),	TEST(test_lie_halted),	 TEST(test_lie_text),
		TEST(test_descriptors),
#ifndef __SANITIZE_ADDRESS__
		TEST(test_sandbox),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
