/* SPDX-License-Identifier: MIT */
/*
 * What --doctor keeps: findings on their way to the Launcher, and what the
 * spaces of one guest have to know together to find something.  It lies behind
 * the page states in the shared state, and only with --doctor; to the
 * Launcher it is as hostile as the rest.
 */
#ifndef HOST_DOCTOR_H
#define HOST_DOCTOR_H

#include "host/lguest.h"

/* Thresholds; lguest(1) names them. */
#define LG_DOCTOR_KICK_NS	10000000u	/* a look at a guest that runs */
#define LG_DOCTOR_SPIN_NS	200000000u	/* interrupts off, at the same place */
#define LG_DOCTOR_OFF_NS	200000000u	/* an interrupt waits because they are off */
#define LG_DOCTOR_PENDING_NS	1000000000u	/* ... or because it is blocked, or nobody looks */
#define LG_DOCTOR_UNSEEN_NS	200000000u	/* the guest sleeps, and something has come back */
#define LG_DOCTOR_STORM		4000u	/* clock interrupts in a row, all the same and ... */
#define LG_DOCTOR_SHORT_NS	250000u	/* ... after no more than this */
#define LG_DOCTOR_IDLE_IRQS	1000u		/* device interrupts in a row without news */

enum lg_finding_kind {
	LG_F_NONE,
	LG_F_STALE,		/* a = gva used, b = old entry, c = entry now, d = access */
	LG_F_STACK_DMA,		/* a = gpa, b = bytes, c = gva, d = queue, e = descriptor */
	LG_F_OVERLAP,		/* a = gpa, b = bytes, c = eip of the first offer, d = queue, e = descriptor, f, g = the other's */
	LG_F_FREED,		/* a = gpa, b = gva or 0, c = eip of the offer, d = queue, e = descriptor, f = enum lg_freed */
	LG_F_TOUCHED,		/* a = gva, b = gpa, c = eip of the offer, d = queue, e = descriptor, f = write, g = 1 the device writes, 2 it came back */
	LG_F_NO_GATE,		/* a = irq */
	LG_F_BLOCKED,		/* a = irq, b = ms */
	LG_F_IRQ_OFF,		/* a = irq, b = ms, c = eip where it was first refused */
	LG_F_SPIN,		/* a = eip, b = ms */
	LG_F_STORM,		/* a = irq, b = interrupts per s, c = delta in ns, d = in a row */
	LG_F_IDLE_IRQS,		/* a = irq, b = how many in a row */
	LG_F_UNSEEN,		/* a = queue, b = how many, c = it reads the ring, d = irq, e = ms */
	LG_F_RATE,		/* a = guest's ms, b = ms */
	LG_F_TICK,		/* a = ns of each tick, b = ticks seen */
	LG_F_STACK,		/* a = esp, b = bottom, c = top, d = deepest eip */
	LG_F_EXPOSED,		/* a = gva, b = entry, c = enum lg_exposed */
	LG_F_KINDS
};

enum lg_exposed {
	LG_EXPOSED_KERNEL,	/* a page of the kernel half, for user mode */
	LG_EXPOSED_TABLE,	/* a page table */
	LG_EXPOSED_STACK,	/* the kernel's stack */
	LG_EXPOSED_DATA,	/* lguest_data */
};

enum lg_freed {
	LG_FREED_UNMAPPED,	/* out of the kernel half */
	LG_FREED_TABLE,		/* became a page table */
};

#define LG_CHANGE_WORDS	32	/* of the stack: who called the one who changed it? */
#define LG_CHANGES	512

/* Page table entries that lost something, and nobody was told yet. */
struct lg_change {
	u32 gva, pages;		/* what they translate */
	u32 gpa;		/* of the first entry */
	u32 old, now;		/* the first entry */
	u32 eip, esp;
	u32 stack[LG_CHANGE_WORDS];
};

struct lg_finding {
	u32 kind;
	u32 a, b, c, d, e, f, g;
	u32 has_change;
	struct lg_change change;
};

/* --- Who owns which memory ------------------------------------------------------ */

#define LG_DOCTOR_QUEUES 128	/* 4 of each device */
#define LG_OWNED	4096	/* pieces of pages devices own; more are not followed */

struct lg_doctor_queue {
	/* The Launcher's, while the guest waits. */
	u32 desc, avail, used;	/* gpa */
	u16 num, irq;		/* num 0: not in use */
	u32 event_idx;		/* interrupts by index, so we cannot tell if one was wanted */
	char name[12];		/* of the device */
	/* The Host's. */
	u16 seen_avail, seen_used;
	u16 idx_read;		/* used->idx when the driver last read it */
	u16 ring_read;		/* behind the newest element it has read */
	u16 written;		/* behind the last given back that was written to */
	u8 reads_ring;		/* the driver reads the elements, too */
	u8 watched;		/* its used ring was hidden */
	u8 blind;		/* we do not see what it reads */
	u64 unseen_since;	/* ns, 0: it has seen everything */
	u8 writes[LG_VRING_NUM]; /* by head: the device writes to it */
	u16 chain[LG_VRING_NUM]; /* by head: index in owned + 1, 0: the guest's */
	u8 early[LG_VRING_NUM];	/* given back before we saw it offered */
	u8 back[LG_VRING_NUM];	/* came back, and the driver cannot know yet ... */
	u16 back_at[LG_VRING_NUM]; /* ... behind this place of the used ring */
};

/* A piece of one page, of a buffer that was offered and not given back. */
struct lg_owned {
	u32 gpa, len;
	u32 eip;		/* of the offer */
	u16 queue, head;
	u16 same_page, same_chain; /* index + 1; same_page also links free ones */
	u16 write;		/* by the device */
};

#define LG_DOCTOR_SEEN	256	/* findings told, at most; then they are only counted */
#define LG_WATCH_LOG	64

/* What a page frame is used for. */
#define LG_WATCH_INDEX	0x03ffu	/* a table: of this directory entry */
#define LG_WATCH_TABLE	0x0400u
#define LG_WATCH_DIR	0x0800u
#define LG_WATCH_BUFFER	0x1000u	/* a device owns some of it ... */
#define LG_WATCH_WRITES	0x2000u	/* ... and writes to it: no access at all */
#define LG_WATCH_USED	0x4000u	/* a used ring: we want to know who looks */
#define LG_WATCH_HIDDEN	(LG_WATCH_WRITES | LG_WATCH_USED)
#define LG_WATCH_STEPS	2000u	/* accesses beside a buffer, until we leave that page alone */

struct lg_doctor {
	/* For the Launcher, which reads it while the guest waits. */
	struct lg_finding finding;
	u32 findings;		/* told or only counted */
	u32 repeated;		/* of places that were told already */
	u64 seen[LG_DOCTOR_SEEN];
	u32 deepest, deepest_eip, stack_bytes; /* kernel stack: bytes used at most, where, of */

	/* Time: doctor_time.c. */
	u32 takes_irqs;		/* interrupts were on once: it is not a kernel that only polls */
	u32 ungated;		/* interrupts nobody took when we last looked, a bit each */
	u32 blocked;		/* interrupts pending and blocked, a bit each ... */
	u64 blocked_since[LG_IRQS]; /* ... since, CLOCK_MONOTONIC ns */
	u32 progress[LG_IRQS], idle_irqs[LG_IRQS];
	u32 ticks, clock_delta, same_deltas;
	u64 ticks_since;
	u32 mark_ms, fast;
	u64 mark_at;

	u32 user_ran;

	u32 nchanges;		/* ever */
	struct lg_change changes[LG_CHANGES];
	u32 nqueues;		/* up to the last that was ever in use */
	struct lg_doctor_queue queues[LG_DOCTOR_QUEUES];
	u32 nowned;		/* entries of owned used so far ... */
	u16 free_owned;		/* ... and given back: index + 1 */
	u16 unused;
	struct lg_owned owned[LG_OWNED];
	u32 nwatched;		/* ever */
	u32 watched[LG_WATCH_LOG]; /* page frames that may no more be mapped writable */
	struct {
		u16 watch;	/* LG_WATCH_* */
		u16 owned;	/* index + 1 of the first piece in it */
		u16 steps;	/* accesses that were none to a buffer, up to LG_WATCH_STEPS */
	} page[];
};

#define LG_DOCTOR_AT(pages)	((sizeof(struct lguest) + (pages) + 4095) & ~4095ull)
#define LG_DOCTOR_SIZE(pages)	(sizeof(struct lg_doctor) + 6ull * (pages))

#endif /* HOST_DOCTOR_H */
