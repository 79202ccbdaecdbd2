/* SPDX-License-Identifier: MIT */
/*
 * A guest as those see it who serve its devices: the Launcher with its
 * threads, and processes to which the Launcher gives the descriptors.
 */
#ifndef HOST_VIEW_H
#define HOST_VIEW_H

#include "host/host.h"

struct borrow {
	u32 pfn, pages;
	const u8 *map;			/* here */
	u64 addr;			/* in a space */
	u64 offset;			/* in the file */
	int fd;
};

/* Everything but deaf is written before a second thread knows of it. */
struct lg_view {
	struct lguest *shared;		/* hostile */
	u8 *ram;
	u32 ram_pages, shared_pages;	/* our own copy */
	struct borrow borrows[LG_BORROWS];
	u32 nborrows;
	u32 who;			/* the doorbell served through this view, 0: the Launcher */
	int bell_fd;
	int doorbells[LG_DOORBELLS];	/* [0] is none; -1 what we do not have */
	_Atomic int running;		/* spaces may be at work */
	_Atomic int deaf;		/* times in a row the guest did not react to kicks */
	void (*kick)(struct lg_view *v);	/* make the guest look at its interrupts */
};

void *view_memory(struct lg_view *v, u64 gpa, u64 len);
int view_peek(struct lg_view *v, u64 gpa, void *to, size_t len);
void view_irq(struct lg_view *v, u32 irq);
/* Into the recorder of devices, from any thread: enum lg_event_kind, LG_EV_RAISE and up. */
void view_note(struct lg_view *v, u32 kind, u32 a, u32 b, u32 c, u32 d);
/* The n-th of them, from 0 on: 1; 0: it is not complete yet; -1: it is lost. */
int view_noted(struct lguest *s, u32 n, struct lg_event *event);
void view_route(struct lg_view *v, u32 pfn, u32 doorbell);
/* Where device n's registers are; the guest waits for us, or does not run yet. */
void view_registers(struct lg_view *v, u32 n, const struct lg_registers *r);
void view_awake(struct lg_view *v, u32 doorbell, int on);
int view_cpu(struct lg_view *v); /* the spaces are on, -1: not pinned */
/* Let the Launcher kick: for those who may not. */
void view_ask_for_kick(struct lg_view *v);
void view_unmap(struct lg_view *v);
u64 host_now(void);			/* CLOCK_MONOTONIC, ns */

/*
 * A view for another process.  lg_pack fills data (LG_PARCEL_BYTES) and fds,
 * and says how many; the other side's lg_unpack takes fds over, also when it
 * fails.
 */
#define LG_PARCEL_BYTES	128
#define LG_PARCEL_FDS	8
int lg_pack(struct lg_view *v, int state_fd, int ram_fd, u32 doorbell, void *data, int *fds);
int lg_unpack(struct lg_view **out, const void *data, const int *fds, int nfds);
void lg_view_drop(struct lg_view *v);

#endif /* HOST_VIEW_H */
