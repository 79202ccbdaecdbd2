/* SPDX-License-Identifier: MIT */
/* Virtqueues: chains as they should be, and every way to get one wrong. */
#include "tests/unit/cm.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/unit/fake_world.h"

#define PFN   (W_RAM / LG_PAGE_SIZE + 1)
#define NEXT  LG_VRING_DESC_NEXT
#define WRITE LG_VRING_DESC_WRITE

static struct world w;
static struct virtqueue vq;
static struct vq_chain chain;
static struct lg_vring_desc *desc;
static struct lg_vring_avail *avail;
static struct lg_vring_used *used;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	vq = (struct virtqueue){
		.guest = &w.guest, .name = "test", .num = LG_VRING_NUM, .irq = 5, .pfn = PFN
	};
	desc = world_desc(&w, PFN);
	avail = world_avail(&w, PFN);
	used = world_used(&w, PFN);
	return vq_init(&vq);
}

static void set(u16 i, u64 addr, u32 len, u16 flags, u16 next)
{
	desc[i] = (struct lg_vring_desc){ addr, len, flags, next };
}

static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(vq_get(&vq, &chain), 0);
	assert_int_equal(vq_ready(&vq), 0);
	vq_announce(&vq);
	assert_int_equal(w.irqs, 0);
}

static void test_chain(void **state)
{
	(void)state;
	set(3, 0x1000, 10, NEXT, 200);
	set(200, 0x2000, 0, NEXT, 7); /* empty: left out */
	set(7, W_RAM - 5, 5, NEXT | WRITE, 0);
	set(0, 0x3000, 0x2000, WRITE, 0);
	world_offer(&w, PFN, 3);
	assert_int_equal(vq_ready(&vq), 1);
	assert_int_equal(vq_get(&vq, &chain), 1);
	assert_int_equal(chain.head, 3);
	assert_int_equal(chain.nread, 1);
	assert_int_equal(chain.nwrite, 2);
	assert_int_equal(chain.pieces[0].gpa, 0x1000);
	assert_int_equal(chain.pieces[1].gpa, W_RAM - 5);
	assert_int_equal(chain.pieces[2].len, 0x2000);
	assert_int_equal(vq_get(&vq, &chain), 0);
	vq_put(&vq, 3, 77);
	assert_int_equal(used->idx, 1);
	assert_int_equal(used->ring[0].id, 3);
	assert_int_equal(used->ring[0].len, 77);
	assert_int_equal(w.irqs, 0);
	vq_announce(&vq);
	assert_int_equal(w.irqs, 1 << 5);
	assert_string_equal(w.killed, "");
}

static void test_no_interrupt(void **state)
{
	(void)state;
	avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	vq_put(&vq, 0, 0);
	vq_announce(&vq);
	assert_int_equal(w.irqs, 0);
	/* Wanting them again later concerns later buffers only. */
	avail->flags = 0;
	vq_announce(&vq);
	assert_int_equal(w.irqs, 0);
	vq_put(&vq, 0, 0);
	vq_announce(&vq);
	assert_int_equal(w.irqs, 1 << 5);
}

/* The indices run freely through 65535 to 0. */
static void test_wrap(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 0x10000 + 700; i++) {
		set((u16)(i % 256), 0x1000, 1, 0, 0);
		world_offer(&w, PFN, (u16)(i % 256));
		assert_int_equal(vq_get(&vq, &chain), 1);
		assert_int_equal(chain.head, i % 256);
		vq_put(&vq, chain.head, i);
		assert_int_equal(used->idx, (u16)(i + 1));
		assert_int_equal(used->ring[i % 256].len, i);
	}
}

static void test_full(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		world_offer(&w, PFN, (u16)(255 - i));
	for (i = 0; i < 256; i++) {
		assert_int_equal(vq_get(&vq, &chain), 1);
		assert_int_equal(chain.head, 255 - i);
	}
	assert_int_equal(vq_get(&vq, &chain), 0);
}

static void test_longest_chain(void **state)
{
	u16 i;

	(void)state;
	for (i = 0; i < 256; i++)
		set(i, 0x1000, 1, i < 255 ? NEXT : 0, (u16)(i + 1));
	world_offer(&w, PFN, 0);
	assert_int_equal(vq_get(&vq, &chain), 1);
	assert_int_equal(chain.nread, 256);
}

static void broken(const char *says)
{
	assert_int_equal(vq_get(&vq, &chain), -EPROTO);
	assert_contains(vq.broken, says);
	assert_contains(vq.broken, "queue at 0x41000");
	assert_string_equal(w.killed, "");
	setup(NULL);
}

static void test_broken(void **state)
{
	(void)state;
	avail->idx = 257;
	broken("avail index jumped to 0x101");
	avail->idx = 0xffff;
	broken("avail index jumped");
	world_offer(&w, PFN, 256);
	broken("first descriptor 0x100");
	set(0, 0x1000, 1, NEXT, 256);
	world_offer(&w, PFN, 0);
	broken("next descriptor 0x100");
	set(0, 0x1000, 1, NEXT, 1);
	set(1, 0x1000, 1, NEXT, 0);
	world_offer(&w, PFN, 0);
	broken("endless chain");
	set(0, 0x1000, 0, NEXT, 0);
	world_offer(&w, PFN, 0);
	broken("endless chain");
	set(0, 0x1000, 16, LG_VRING_DESC_INDIRECT, 0);
	world_offer(&w, PFN, 0);
	broken("indirect");
	set(0, 0x1000, 1, NEXT | WRITE, 1);
	set(1, 0x1000, 1, 0, 0);
	world_offer(&w, PFN, 0);
	broken("buffer to read behind one to write");
}

static void test_outside(void **state)
{
	static const struct {
		u64 addr;
		u32 len;
		int good;
	} t[] = {
		{ W_ALL - 1, 1, 1 },	  { 0, W_ALL, 1 },	{ W_ALL, 1, 0 },
		{ W_ALL - 1, 2, 0 },	  { 0, 0xffffffff, 0 }, { UINT64_MAX, 1, 0 },
		{ UINT64_MAX - 3, 8, 0 }, { 1ull << 32, 1, 0 }, { 1ull << 63, 0xffffffff, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		set(0, t[i].addr, t[i].len, i & 1 ? WRITE : 0, 0);
		world_offer(&w, PFN, 0);
		if (t[i].good)
			assert_int_equal(vq_get(&vq, &chain), 1);
		else
			broken("outside memory");
	}
}

/* Rings of noise: each call ends, stays inside memory, kills or succeeds. */
static void test_noise(void **state)
{
	int round, i;

	(void)state;
	srand(2);
	for (round = 0; round < 300; round++) {
		setup(NULL);
		for (i = 0; i < 256; i++)
			set((u16)i, (u64)(rand() % 0x50000), (u32)rand() % 0x3000,
			    (u16)(rand() % 8 ? rand() & NEXT : rand() & 7), (u16)(rand() % 260));
		for (i = 0; i < 40; i++)
			world_offer(&w, PFN, (u16)(rand() % 257));
		for (i = 0; i < 40 && vq_get(&vq, &chain) > 0; i++)
			assert_true(chain.nread + chain.nwrite <= 256);
	}
}

static void test_reset(void **state)
{
	(void)state;
	world_offer(&w, PFN, 0);
	assert_int_equal(vq_get(&vq, &chain), 1);
	vq_put(&vq, 0, 1);
	vq_reset(&vq);
	assert_int_equal(avail->idx, 0);
	assert_int_equal(used->idx, 0);
	assert_int_equal(vq_get(&vq, &chain), 0);
	vq_announce(&vq);
	assert_int_equal(w.irqs, 0);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_empty), T(test_chain),	      T(test_no_interrupt), T(test_wrap),
		T(test_full),  T(test_longest_chain), T(test_broken),	    T(test_outside),
		T(test_noise), T(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
