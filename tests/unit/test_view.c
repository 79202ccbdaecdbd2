/* SPDX-License-Identifier: MIT */
/*
 * A guest as workers see it (host/view.c), and as another process gets it
 * (host/parcel.c): memory, pages borrowed from files, interrupts, kicks.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/view.h"

#define PAGES 16u
#define ALL   ((u64)(PAGES + LG_DEVICE_PAGES) * LG_PAGE_SIZE)

static struct lg_view mine, *theirs;
static int state_fd, ram_fd, file_fd, kicks;

static void count_kick(struct lg_view *v)
{
	(void)v;
	kicks++;
}

static void *map(int fd, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

/* Pages 4 and 5 are borrowed from a file of "a"s and "b"s. */
static void borrow(void)
{
	char page[LG_PAGE_SIZE];

	file_fd = memfd_create("file", MFD_CLOEXEC);
	memset(page, 'a', sizeof(page));
	assert_int_equal(write(file_fd, page, sizeof(page)), sizeof(page));
	memset(page, 'b', sizeof(page));
	assert_int_equal(write(file_fd, page, sizeof(page)), sizeof(page));
	mine.borrows[0] = (struct borrow){
		.pfn = 4, .pages = 2, .map = map(file_fd, 2 * LG_PAGE_SIZE), .fd = file_fd
	};
	mine.nborrows = 1;
	mine.shared->page_state[4] = mine.shared->page_state[5] = LG_PAGE_BORROWED;
}

static int setup(void **state)
{
	u8 data[LG_PARCEL_BYTES];
	int fds[LG_PARCEL_FDS], n, i;

	(void)state;
	memset(&mine, 0, sizeof(mine));
	kicks = 0;
	state_fd = memfd_create("state", MFD_CLOEXEC);
	ram_fd = memfd_create("ram", MFD_CLOEXEC);
	if (ftruncate(state_fd, (off_t)LG_STATE_SIZE(PAGES + LG_DEVICE_PAGES)) < 0 ||
	    ftruncate(ram_fd, (off_t)ALL) < 0)
		return -1;
	mine.shared = map(state_fd, LG_STATE_SIZE(PAGES + LG_DEVICE_PAGES));
	mine.ram = map(ram_fd, ALL);
	mine.ram_pages = PAGES;
	mine.shared_pages = PAGES + LG_DEVICE_PAGES;
	mine.bell_fd = eventfd(0, EFD_NONBLOCK);
	memset(mine.doorbells, -1, sizeof(mine.doorbells));
	mine.doorbells[3] = eventfd(0, EFD_NONBLOCK);
	mine.kick = count_kick;
	mine.shared->spin_ns = 50000;
	borrow();
	n = lg_pack(&mine, state_fd, ram_fd, 3, data, fds);
	assert_int_equal(n, 5);
	for (i = 0; i < n; i++)
		fds[i] = dup(fds[i]);
	return lg_unpack(&theirs, data, fds, n);
}

static int teardown(void **state)
{
	(void)state;
	lg_view_drop(theirs);
	view_unmap(&mine);
	close(mine.bell_fd);
	close(mine.doorbells[3]);
	close(state_fd);
	close(ram_fd);
	return 0;
}

static void test_memory(void **state)
{
	char *a = view_memory(&mine, 0x1000, 16), *b = view_memory(theirs, 0x1000, 16);

	(void)state;
	assert_non_null(a);
	assert_ptr_not_equal(a, b);
	memcpy(a, "written here", 13);
	assert_string_equal(b, "written here");
	assert_null(view_memory(theirs, 0, 0));
	assert_null(view_memory(theirs, ALL, 1));
	assert_null(view_memory(theirs, ALL - 1, 2));
	assert_null(view_memory(theirs, UINT64_MAX, 2));
	assert_non_null(view_memory(theirs, ALL - 1, 1));
	assert_int_equal(view_peek(theirs, ALL - 1, b, 2), -EFAULT);
}

static void test_borrowed(void **state)
{
	char text[4];
	u32 gen = mine.shared->borrow_gen;

	(void)state;
	assert_int_equal(view_peek(theirs, 5 * LG_PAGE_SIZE - 2, text, 4), 0);
	assert_memory_equal(text, "aabb", 4);
	assert_int_equal(mine.shared->page_state[4], LG_PAGE_BORROWED);
	memcpy(view_memory(theirs, 5 * LG_PAGE_SIZE - 1, 1), "X", 1);
	assert_int_equal(mine.shared->page_state[4], LG_PAGE_OWN);
	assert_int_equal(mine.shared->page_state[5], LG_PAGE_BORROWED);
	assert_int_equal(mine.shared->borrow_gen, gen + 1);
	assert_int_equal(view_peek(&mine, 5 * LG_PAGE_SIZE - 2, text, 4), 0);
	assert_memory_equal(text, "aXbb", 4);
}

/* A hostile space says that it copies, and never does. */
static void test_copying_for_ever(void **state)
{
	(void)state;
	mine.shared->page_state[4] = LG_PAGE_COPYING;
	assert_null(view_memory(theirs, 4 * LG_PAGE_SIZE, 1));
	assert_non_null(view_memory(theirs, 5 * LG_PAGE_SIZE, 1));
}

static int bell(void)
{
	eventfd_t n;

	return eventfd_read(mine.bell_fd, &n) == 0;
}

/* A guest that runs on is kicked: by the Launcher, whom a process has to ask. */
static void test_kick(void **state)
{
	(void)state;
	view_irq(&mine, 2);
	assert_int_equal(mine.shared->cpu.irqs, 1u << 2);
	assert_int_equal(kicks, 1);
	assert_false(bell());
	view_irq(theirs, 9);
	assert_int_equal(mine.shared->cpu.irqs, 1u << 2 | 1u << 9);
	assert_int_equal(kicks, 1);
	assert_int_equal(mine.shared->kick_wanted, 1);
	assert_true(bell());
	view_irq(theirs, LG_IRQS + 1); /* a wrong one is still one of ours */
	assert_int_equal(mine.shared->cpu.irqs, 1u << 2 | 1u << 9 | 1u << 1);
}

/* One that halts without sleeping sees the bit by itself. */
static void test_halted(void **state)
{
	u32 wake = mine.shared->cpu.wake;

	(void)state;
	mine.shared->cpu.halted = 1;
	view_irq(theirs, 4);
	assert_int_equal(mine.shared->cpu.wake, wake + 1);
	assert_false(bell());
	assert_int_equal(mine.shared->kick_wanted, 0);
}

static void *halt(void *arg)
{
	struct lg_cpu *cpu = &mine.shared->cpu;
	u32 wake = cpu->wake;

	cpu->halted = 1;
	cpu->sleeping = 1;
	while (!cpu->irqs)
		syscall(SYS_futex, &cpu->wake, FUTEX_WAIT, wake, NULL, NULL, 0);
	return arg;
}

static void test_asleep(void **state)
{
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, halt, NULL), 0);
	usleep(20000);
	view_irq(theirs, 4);
	assert_int_equal(pthread_join(t, NULL), 0); /* or the test hangs */
}

static void test_route(void **state)
{
	(void)state;
	view_route(theirs, PAGES + 1, 3);
	assert_int_equal(mine.shared->doorbell[1], 3);
	view_route(theirs, PAGES + 1, 0);
	assert_int_equal(mine.shared->doorbell[1], 0);
	/* Nothing outside the device pages, no doorbell there is not. */
	view_route(theirs, PAGES, 3);
	view_route(theirs, 0, 3);
	view_route(theirs, PAGES + LG_DEVICE_PAGES, 3);
	view_route(theirs, PAGES + 2, LG_DOORBELLS);
	for (u32 i = 0; i < LG_DEVICE_PAGES; i++)
		assert_int_equal(mine.shared->doorbell[i], 0);
}

static void test_awake(void **state)
{
	(void)state;
	mine.shared->cpu.rang = 1u << 3 | 1u << 5;
	view_awake(theirs, 3, 1);
	view_awake(&mine, 7, 1);
	assert_int_equal(mine.shared->awake, 1u << 3 | 1u << 7);
	assert_int_equal(mine.shared->cpu.rang, 1u << 5);
	assert_true(mine.shared->worker_cpu[3] < 4096);
	view_awake(theirs, 3, 0);
	assert_int_equal(mine.shared->awake, 1u << 7);
}

/* What comes out of the socket is checked, too. */
static void test_bad_parcels(void **state)
{
	u8 data[LG_PARCEL_BYTES], bad[LG_PARCEL_BYTES];
	int fds[LG_PARCEL_FDS], copies[LG_PARCEL_FDS] = { 0 }, n, i, word;
	struct lg_view *v = NULL;

	(void)state;
	assert_int_equal(lg_pack(&mine, state_fd, ram_fd, 4, data, fds), -EINVAL);
	assert_int_equal(lg_pack(&mine, state_fd, ram_fd, LG_DOORBELLS, data, fds), -EINVAL);
	memset(data, 0, sizeof(data));
	n = lg_pack(&mine, state_fd, ram_fd, 3, data, fds);
	for (word = 0; word < 4; word++) {
		memcpy(bad, data, sizeof(bad));
		if (word < 3)
			memset(bad + 4 * word, 0xff, 4); /* pages, doorbell, files */
		for (i = 0; i < n; i++)
			copies[i] = dup(fds[i]);
		if (word == 3)
			close(copies[n - 1]);
		assert_int_equal(lg_unpack(&v, bad, copies, word < 3 ? n : n - 1), -EINVAL);
		assert_int_equal(fcntl(copies[0], F_GETFD), -1); /* closed */
	}
	/* Not a memfd: it cannot be mapped. */
	for (i = 0; i < n; i++)
		copies[i] = dup(i == 1 ? mine.bell_fd : fds[i]);
	assert_true(lg_unpack(&v, data, copies, n) < 0);
	assert_null(v);
}

/* --- The recorder of devices ------------------------------------------------------ */

#define WRITERS 4
#define NOTES	50000u

static void *write_notes(void *arg)
{
	u32 writer = (u32)(uintptr_t)arg, i;

	for (i = 0; i < NOTES; i++)
		view_note(writer & 1 ? &mine : theirs, LG_EV_TAKE, writer << 24 | i, ~(writer << 24 | i),
			  i, writer);
	return NULL;
}

static int intact(const struct lg_event *e)
{
	return e->kind == LG_EV_TAKE && e->b == ~e->a && e->c == (e->a & 0xffffff) &&
	       e->d == e->a >> 24 && e->d < WRITERS && e->space == (e->d & 1 ? 0 : 3);
}

/* Four write as fast as they can, one reads: what it gets is whole, and in each one's order. */
static void test_notes(void **state)
{
	pthread_t threads[WRITERS];
	u32 n = 0, next[WRITERS] = { 0 }, good = 0, lost = 0, patience = 0, i;
	struct lg_event e;
	int got;

	(void)state;
	for (i = 0; i < WRITERS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, write_notes, (void *)(uintptr_t)i), 0);
	while (n < WRITERS * NOTES) {
		u32 end = atomic_load(&mine.shared->ndev_events);

		if (end - n > LG_DEV_EVENTS) {
			lost += end - LG_DEV_EVENTS - n;
			n = end - LG_DEV_EVENTS;
		}
		if (n == end || !(got = view_noted(mine.shared, n, &e))) {
			/* After the last nobody completes it: its writer gave way. */
			if (end == WRITERS * NOTES && n != end && ++patience > 10000) {
				lost++;
				n++;
			}
			sched_yield();
			continue;
		}
		patience = 0;
		n++;
		if (got != 1) {
			lost++;
			continue;
		}
		assert_true(intact(&e));
		assert_true(e.c >= next[e.d]);
		next[e.d] = e.c + 1;
		good++;
	}
	for (i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(good + lost, WRITERS * NOTES);
	assert_true(good > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_memory), TEST(test_borrowed), TEST(test_copying_for_ever),
		TEST(test_kick),   TEST(test_halted),	TEST(test_asleep),
		TEST(test_route),  TEST(test_awake),	TEST(test_bad_parcels),
		TEST(test_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
