/* SPDX-License-Identifier: MIT */
/*
 * Workers: a device with a thread of its own, its doorbell, resets in the
 * middle of work, and drivers and devices that do not behave.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "devices/worker.h"
#include "tests/unit/fake_world.h"

#define PFN   (W_RAM / LG_PAGE_SIZE + 4)
#define NEXT  LG_VRING_DESC_NEXT
#define WRITE LG_VRING_DESC_WRITE
#define N     64 /* requests a driver has under way */

static struct world w;
static struct devices all;
static struct device *dev;

/* --- A device that copies what it reads to what it writes ----------------------- */

static _Atomic int endless, blocked, entered, events;
static int pipe_fds[2];
static cpu_set_t places; /* where work may run */

static int work(struct device *d)
{
	static struct vq_chain c;
	u8 buf[64];
	int n = 0;

	sched_getaffinity(0, sizeof(places), &places);
	entered = 1;
	while (blocked)
		usleep(1000);
	while (n < 16 && vq_get(&d->vq[0], &c) > 0) {
		u64 len = vq_bytes(c.pieces, c.nread);

		n++;
		if (len > sizeof(buf) || vq_copy_from(d->guest, c.pieces, c.nread, 0, buf, len) ||
		    vq_copy_to(d->guest, c.pieces + c.nread, c.nwrite, 0, buf, len)) {
			vq_break(&d->vq[0], "no good");
			break;
		}
		vq_put(&d->vq[0], c.head, (u32)len);
	}
	vq_announce(&d->vq[0]);
	return endless || n == 16;
}

static int wait_for(struct device *d, struct pollfd *fds)
{
	(void)d;
	fds[0] = (struct pollfd){ pipe_fds[0], POLLIN, 0 };
	return 1;
}

static void ready(struct device *d, const struct pollfd *fds, int n)
{
	char c;

	(void)d;
	assert_int_equal(n, 1);
	if (fds[0].revents && read(pipe_fds[0], &c, 1) == 1)
		events++;
}

static const struct device_kind filler = { .type = LG_DEV_RNG, .name = "filler", .num_vq = 1 };

static const struct device_kind copier = {
	.type = LG_DEV_BLOCK,
	.name = "copier",
	.num_vq = 1,
	.near = 1,
	.features = LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX,
	.work = work,
	.wait = wait_for,
	.ready = ready,
};

/* --- Its driver --------------------------------------------------------------------- */

static u16 used_idx(void)
{
	return __atomic_load_n(&world_used(&w, PFN)->idx, __ATOMIC_ACQUIRE);
}

static void ring(void)
{
	eventfd_write(w.bell[dev->doorbell], 1);
}

static u8 *status(void)
{
	return w.memory + dev->desc + offsetof(struct lg_device_desc, status);
}

static void hear(int ms)
{
	struct pollfd fds[DEVICES_MAX];
	unsigned n = devices_fds(&all, fds);

	if (poll(fds, n, ms) > 0)
		devices_heard(&all, fds, n);
}

static void start(u32 features)
{
	u8 *accepted = status() + 1 + sizeof(struct lg_vqconfig) + 4;

	memcpy(accepted, &features, 4);
	__atomic_store_n(status(), 7, __ATOMIC_SEQ_CST);
	assert_int_equal(devices_status(&all, dev->desc), 0);
	assert_int_equal(w.route[4], 1);
}

static void reset(void)
{
	int i;

	__atomic_store_n(status(), 0, __ATOMIC_SEQ_CST);
	assert_true(devices_status(&all, dev->desc) >= 0);
	for (i = 0; i < 500 && !devices_settled(&all); i++)
		hear(10);
	assert_int_equal(devices_settled(&all), 1);
}

static void stop(void)
{
	int i;

	for (i = 0; i < 500 && !devices_stop(&all); i++)
		hear(10);
	assert_int_equal(devices_stop(&all), 1);
	assert_null(dev->worker);
}

/* Request n, one of N, in descriptors 2n and 2n + 1. */
static void describe(u16 n)
{
	struct lg_vring_desc *d = world_desc(&w, PFN) + 2 * n;
	u32 at = 4096 + n * 16u;

	memcpy(w.memory + at, &n, 2);
	memset(w.memory + at + 8, 0xff, 2);
	d[0] = (struct lg_vring_desc){ at, 2, NEXT, (u16)(2 * n + 1) };
	d[1] = (struct lg_vring_desc){ at + 8, 2, WRITE, 0 };
}

static void offer(u16 n)
{
	struct lg_vring_avail *a = world_avail(&w, PFN);

	describe(n);
	a->ring[a->idx % LG_VRING_NUM] = (u16)(2 * n);
	__atomic_store_n(&a->idx, (u16)(a->idx + 1), __ATOMIC_SEQ_CST);
}

static void await(u16 n)
{
	int i;

	for (i = 0; i < 5000 && used_idx() != n; i++)
		usleep(1000);
	assert_int_equal(used_idx(), n);
}

static int setup(void **state)
{
	(void)state;
	endless = blocked = events = 0;
	if (pipe(pipe_fds) < 0 || fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK) < 0)
		return -1;
	world_init(&w);
	devices_init(&all, &w.guest);
	devices_add(&all, &filler, NULL, NULL);
	dev = devices_add(&all, &copier, NULL, NULL);
	return dev ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	endless = blocked = 0;
	stop();
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return 0;
}

/* --- Tests ----------------------------------------------------------------------------- */

static void test_works(void **state)
{
	(void)state;
	start(0);
	offer(5);
	ring();
	await(1);
	assert_int_equal(world_used(&w, PFN)->ring[0].id, 10);
	assert_memory_equal(w.memory + 4096 + 5 * 16 + 8, "\5\0", 2);
	for (int i = 0; i < 1000 && !w.irqs; i++)
		usleep(1000);
	assert_int_equal(w.irqs, 1u << 2);
}

/* When it has nothing to do it sleeps, and asks for kicks. */
static void test_sleeps(void **state)
{
	int i;

	(void)state;
	start(0);
	offer(0);
	ring();
	await(1); /* it was awake */
	for (i = 0; i < 2000 && (w.awake[1] || world_used(&w, PFN)->flags); i++)
		usleep(1000);
	assert_int_equal(w.awake[1], 0);
	assert_int_equal(world_used(&w, PFN)->flags, 0);
	usleep(50000); /* it may look once more after asking for kicks */
	offer(1);
	usleep(20000);
	assert_int_equal(used_idx(), 1); /* nobody said so */
	ring();
	await(2);
}

/* As many as a driver can ask, by its rules: no kick where none is wanted, none lost. */
static void many(u32 features, u32 total)
{
	volatile u16 *event = (volatile u16 *)&world_used(&w, PFN)->ring[LG_VRING_NUM];
	volatile u16 *flags = &world_used(&w, PFN)->flags;
	u32 put = 0, got = 0, kicks = 0, idle = 0;

	start(features);
	while (got < total) {
		u16 old = (u16)put;

		while (put < total && put - got < N)
			offer((u16)(put++ % N));
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if ((u16)put != old &&
		    (features & LG_RING_F_EVENT_IDX ? (u16)(put - *event - 1) < (u16)(put - old) :
						      !*flags)) {
			kicks++;
			ring();
		}
		while (got < put && used_idx() != (u16)got) {
			u32 id = world_used(&w, PFN)->ring[got % LG_VRING_NUM].id;

			assert_memory_equal(w.memory + 4096 + id * 8, w.memory + 4096 + id * 8 + 8,
					    2);
			got++;
			idle = 0;
		}
		if (++idle > 100) {
			usleep(100);
			assert_true(idle < 50000);
		}
	}
	assert_true(kicks > 0);
	assert_true(kicks <= total);
}

static void test_many(void **state)
{
	(void)state;
	many(0, 100000);
}

static void test_many_event_idx(void **state)
{
	(void)state;
	many(LG_RING_F_EVENT_IDX, 100000);
}

/* Once a reset is through, nobody writes to the ring or to buffers. */
static void test_reset_at_work(void **state)
{
	int round, i;

	(void)state;
	for (round = 0; round < 300; round++) {
		start(round % 2 ? LG_RING_F_EVENT_IDX : 0);
		for (i = 0; i < N; i++)
			offer((u16)i);
		ring();
		if (round % 3)
			usleep((unsigned)round % 50);
		reset();
		assert_int_equal(used_idx(), 0);
		assert_int_equal(w.route[4], 0);
		memset(w.memory, 0, 8192);
		if (round % 10 == 0) {
			ring();
			usleep(2000);
		}
		for (i = 0; i < 8192; i++)
			assert_int_equal(w.memory[i], 0);
		assert_int_equal(used_idx(), 0);
	}
}

static void test_broken(void **state)
{
	(void)state;
	start(0);
	describe(3);
	world_desc(&w, PFN)[6].addr = 1ull << 40;
	world_offer(&w, PFN, 6);
	ring();
	for (int i = 0; i < 2000 && !(*(volatile u8 *)status() & LG_DEV_S_NEEDS_RESET); i++)
		usleep(1000);
	assert_int_equal(*status(), 7 | LG_DEV_S_NEEDS_RESET);
	assert_string_equal(w.killed, "");
	offer(1);
	ring();
	usleep(10000);
	assert_int_equal(used_idx(), 0);
	reset();
	start(0);
	offer(1);
	ring();
	await(1);
}

/* Work that never ends does not keep it from being stopped. */
static void test_endless(void **state)
{
	(void)state;
	start(0);
	endless = 1;
	ring();
	usleep(5000);
	reset();
	start(0);
	ring();
	stop();
}

/* One that hangs is waited for, as long as its caller likes. */
static void test_blocked(void **state)
{
	int i;

	(void)state;
	blocked = 1;
	entered = 0;
	start(0);
	for (i = 0; i < 5000 && !entered; i++)
		usleep(1000);
	*status() = 0;
	assert_int_equal(devices_status(&all, dev->desc), 1);
	hear(20);
	assert_int_equal(devices_settled(&all), 0);
	assert_int_equal(devices_stop(&all), 0);
	blocked = 0;
	stop();
}

static void test_descriptors(void **state)
{
	int i;

	(void)state;
	start(0);
	for (i = 0; i < 50; i++) {
		assert_int_equal(write(pipe_fds[1], "x", 1), 1);
		if (i % 2)
			usleep(1000);
	}
	for (i = 0; i < 2000 && events < 50; i++)
		usleep(1000);
	assert_int_equal(events, 50);
	endless = 1; /* also when there is always something to do */
	ring();
	assert_int_equal(write(pipe_fds[1], "x", 1), 1);
	for (i = 0; i < 2000 && events < 51; i++)
		usleep(1000);
	assert_int_equal(events, 51);
}

static int guest_cpu = -1;

static int cpu_of_guest(void *handle)
{
	(void)handle;
	return guest_cpu;
}

/* One request at a time, until the worker may run on n CPUs only; -1: it never is so. */
static int one_by_one(int n)
{
	u16 i;

	for (i = 0; i < 200; i++) {
		u16 before = used_idx();

		offer((u16)(i % N));
		ring();
		await((u16)(before + 1));
		if (CPU_COUNT(&places) == n &&
		    (n > 1 || guest_cpu < 0 || CPU_ISSET(guest_cpu, &places)))
			return 0;
	}
	return -1;
}

/* With little to do it goes where its guest is, with much to do it goes back. */
static void test_near(void **state)
{
	cpu_set_t all_cpus;
	int ncpus, i;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all_cpus), &all_cpus), 0);
	ncpus = CPU_COUNT(&all_cpus);
	w.guest.cpu = cpu_of_guest;
	start(0);
	guest_cpu = -1; /* not pinned: nowhere to go */
	assert_int_equal(one_by_one(ncpus), 0);
	for (guest_cpu = 0; guest_cpu < CPU_SETSIZE; guest_cpu++)
		if (CPU_ISSET(guest_cpu, &all_cpus))
			assert_int_equal(one_by_one(1), 0);
	for (i = 0; i < 100 && CPU_COUNT(&places) != ncpus; i++) {
		u16 n, before = used_idx();

		for (n = 0; n < N; n++)
			offer(n);
		ring();
		await((u16)(before + N));
	}
	assert_int_equal(CPU_COUNT(&places), ncpus);
	guest_cpu = CPU_SETSIZE - 1; /* one that is not ours */
	if (!CPU_ISSET(guest_cpu, &all_cpus))
		assert_int_equal(one_by_one(ncpus), 0);
}

/* The status says the same thing again, or nonsense: nothing happens. */
static void test_status_again(void **state)
{
	(void)state;
	start(0);
	start(0);
	offer(0);
	ring();
	await(1);
	reset();
	reset();
	*status() = LG_DEV_S_FAILED;
	assert_int_equal(devices_status(&all, dev->desc), 0);
	assert_int_equal(dev->started, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_works),	   TEST(test_sleeps),	     TEST(test_many),
		TEST(test_many_event_idx), TEST(test_reset_at_work), TEST(test_broken),
		TEST(test_endless),	   TEST(test_blocked),	     TEST(test_descriptors),
		TEST(test_near),	   TEST(test_status_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
