/* SPDX-License-Identifier: MIT */
/*
 * A Launcher's half of lguest 2.6.23's devices, with a guest that is only
 * memory: for the tests of devices/dma_*.c.
 */
#ifndef TESTS_UNIT_DMA_SITE_H
#define TESTS_UNIT_DMA_SITE_H

#include "devices/dma_share.h"
#include "devices/net.h"
#include "devices/worker.h"
#include "tests/unit/fake_world.h"

#define LISTS 0x1000u
#define DATA  0x8000u
#define IRQ   5u
#define PAGE  (W_RAM + LG_PAGE_SIZE) /* of the first device that has one */
#define MS    1000000u

struct site {
	struct world w;
	struct devices all;
	struct dma_bus bus;
	struct console console;
	struct net net;
	int cable;
	struct dma_share share;
};

void site_open(struct site *s);
void site_close(struct site *s);
/* A list of one section of len bytes at data; what it says. */
void list(struct site *s, unsigned n, u32 data, u16 len);
u32 used(struct site *s, unsigned n);
void set_used(struct site *s, unsigned n, u32 v);
/* n buffers of 100 bytes for the key, lists from the first-th on. */
void bind_buffers(struct site *s, u32 key, unsigned first, unsigned n);
/* One turn of the loop; so many ms of them. */
void turn(struct site *s, int ms);
void turns(struct site *s, unsigned ms);

/* Until it is so; a busy machine may take its time. */
#define UNTIL(s, what) \
	do { \
		u64 end_ = worker_now() + 10000ull * MS; \
		while (!(what) && worker_now() < end_) \
			turn(s, 1); \
		assert_true(what); \
	} while (0)

#endif
