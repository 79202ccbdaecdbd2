/* SPDX-License-Identifier: MIT */
/* Randomness: buffers are filled, and no faster than the rate allows. */
#include "tests/unit/cm.h"

#include <unistd.h>

#include "devices/rng.h"
#include "devices/worker.h"
#include "tests/unit/fake_world.h"

static struct world w;
static struct devices all;
static struct rng rng;

static int setup(void **state)
{
	(void)state;
	memset(&rng, 0, sizeof(rng));
	world_init(&w);
	devices_init(&all, &w.guest);
	if (!rng_attach(&rng, &all))
		return -1;
	rng.device->started = 1;
	rng.kind.start(rng.device);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(rng.timer);
	return 0;
}

static u32 pfn(void)
{
	return rng.device->vq[0].pfn;
}

static void offer(u16 head, u32 len, u16 flags)
{
	world_desc(&w, pfn())[head] =
		(struct lg_vring_desc){ 0x1000 + head * 8192u, len, flags, 0 };
	world_offer(&w, pfn(), head);
}

static void test_fill(void **state)
{
	u32 i, zeros = 0;

	(void)state;
	offer(0, 256, LG_VRING_DESC_WRITE);
	offer(1, 8000, LG_VRING_DESC_WRITE); /* gets a part of it */
	offer(2, 100, 0);		     /* has nothing to fill */
	assert_int_equal(rng.kind.work(rng.device), 0);
	assert_int_equal(world_used(&w, pfn())->idx, 3);
	assert_int_equal(world_used(&w, pfn())->ring[0].len, 256);
	assert_int_equal(world_used(&w, pfn())->ring[1].len, RNG_CHUNK);
	assert_int_equal(world_used(&w, pfn())->ring[2].len, 0);
	for (i = 0; i < 256; i++)
		zeros += w.memory[0x1000 + i] == 0;
	assert_true(zeros < 32);
	assert_int_equal(w.memory[0x1000 + 256], 0);
	assert_int_not_equal(w.irqs, 0);
}

static void test_allowance(void **state)
{
	const u64 start = 1000000000;

	(void)state;
	rng.filled_ns = start;
	rng.tokens = RNG_BURST;
	assert_int_equal(rng_allowance(&rng, RNG_BURST, start), RNG_BURST);
	assert_int_equal(rng_allowance(&rng, 100, start), 0);
	assert_int_equal(rng_allowance(&rng, 100, start + 200000), 0); /* 52 bytes' time */
	assert_int_equal(rng_allowance(&rng, 100, start + 400000), 100);
	/* However long nobody asks, no more than a burst is saved up. */
	assert_int_equal(rng_allowance(&rng, RNG_BURST, start + 3600000000000), RNG_BURST);
	assert_int_equal(rng_allowance(&rng, 1, start + 3600000000000), 0);
}

/* A greedy guest waits; time, not asking again, brings the rest. */
static void test_greed(void **state)
{
	struct pollfd fds[DEVICE_FDS];
	u16 i;

	(void)state;
	for (i = 0; i < 20; i++)
		offer(i, RNG_CHUNK, LG_VRING_DESC_WRITE);
	while (rng.kind.work(rng.device))
		;
	assert_int_equal(world_used(&w, pfn())->idx, RNG_BURST / RNG_CHUNK);
	assert_int_equal(rng.kind.wait(rng.device, fds), 1);
	assert_int_equal(poll(fds, 1, 1000), 1);
	while (rng.kind.work(rng.device))
		;
	assert_true(world_used(&w, pfn())->idx > RNG_BURST / RNG_CHUNK);
	assert_string_equal(w.killed, "");
}

#define RNG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RNG_TEST(test_fill),
		RNG_TEST(test_allowance),
		RNG_TEST(test_greed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
