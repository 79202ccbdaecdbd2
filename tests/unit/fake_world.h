/* SPDX-License-Identifier: MIT */
/*
 * A guest for device tests: memory, its side of the queues, a memory of
 * interrupts and of the reason it was killed for, and a stream.
 */
#ifndef TESTS_UNIT_FAKE_WORLD_H
#define TESTS_UNIT_FAKE_WORLD_H

#include "devices/console.h"
#include "devices/device.h"

#define W_RAM (64u * 4096)
#define W_ALL (W_RAM + LG_DEVICE_PAGES * LG_PAGE_SIZE)

struct world {
	struct guest guest;
	/* Mapped from memfd, so that a server's process can see it too. */
	u8 memory[W_ALL] __attribute__((aligned(4096)));
	int memfd, irq_fd, bell[GUEST_DOORBELLS];
	u32 route[LG_DEVICE_PAGES]; /* doorbell by device page */
	int awake[GUEST_DOORBELLS];
	u32 irqs;	  /* bits raised */
	char killed[256]; /* first reason, or "" */

	/* The console's other end. */
	struct stream stream;
	char out[1 << 20];	  /* what was printed */
	size_t out_len, out_room; /* room left before "none now" */
	int out_error;		  /* write returns it, if not 0 */
	const char *in;		  /* to be read; NULL = the end */
	size_t in_len;
};

void world_init(struct world *w);

/* As the Launcher's for servers in a process of their own. */
guest_unpack world_unpack;
guest_drop world_drop;
/* Interrupts raised there, a bit each. */
u32 world_irqs(struct world *w);

/* The rings of the queue whose first page is pfn. */
struct lg_vring_desc *world_desc(struct world *w, u32 pfn);
struct lg_vring_avail *world_avail(struct world *w, u32 pfn);
struct lg_vring_used *world_used(struct world *w, u32 pfn);
/* Offer the chain that starts with descriptor head. */
void world_offer(struct world *w, u32 pfn, u16 head);

#endif
