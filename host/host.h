/* SPDX-License-Identifier: MIT */
/*
 * The Host as the Launcher sees it: the requests of the old /dev/lguest as
 * functions.  Create a guest, fill its memory, start it, wait for the bell,
 * ask what happened; raise interrupts in between.
 *
 * All functions return 0 (or a useful non-negative number) or -errno.  A
 * struct lg belongs to the thread that made it; other threads may use its view
 * (host/view.h), and lg_memory, lg_peek, lg_irq and lg_kill.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "host/lguest.h"

struct lg;				/* one guest, the Launcher's handle */

struct lg_config {
	u32 ram_bytes;			/* multiple of the page size, <= LG_MAX_RAM */
	int no_patch;			/* leave int $n stubs alone */
	u32 force_base;			/* 0 or LG_BASE_SHIFT */
	int tracing;			/* record system calls too */
	int doctor;			/* look for mistakes while it runs: host/doctor.h */
	u32 max_spaces;			/* 0 = default */
	u32 generations;		/* LG_GEN_BITs of --abi; 0 = any */
	int pae;			/* --abi VERSION,pae */
};

/*
 * Make the guest's memory.  On failure *what is a static string that says
 * which step failed ("memfd_create", ...), for the message.
 */
int lg_create(struct lg **lg, const struct lg_config *config, const char **what);

/* The shared state, to look at.  Hostile once the guest runs: read once. */
struct lguest *lg_shared(struct lg *lg);

/*
 * The one place where a guest-physical range becomes a pointer.  NULL if any
 * byte of it is outside RAM and device pages, or if len is 0.  Borrowed pages
 * in the range become the guest's own first, so the pointer may be written
 * to; use lg_peek for reading.  Valid until lg_destroy.
 */
void *lg_memory(struct lg *lg, u64 gpa, u64 len);

/* Bytes of memory the guest has of its own by now. */
u64 lg_resident(struct lg *lg);

/* Copy out without disturbing borrowed pages: 0 or -EFAULT. */
int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len);

/*
 * Take pages of guest RAM from a file until the guest writes to them.  gpa
 * and offset are page-aligned; the file must cover [offset, offset + pages *
 * 4096).  The descriptor is duplicated.  -ENOSPC when LG_BORROWS are in use:
 * then copy instead.
 */
int lg_borrow(struct lg *lg, u32 gpa, u32 pages, int fd, u64 offset);

/*
 * A page above RAM that is page 0 of a file, for all guests that map it.  The
 * descriptor is duplicated.  0 or -errno.
 */
int lg_share_page(struct lg *lg, u32 pfn, int fd);

/* The guest may use so many pages and no more: RAM, and what is above it. */
void lg_limit_pages(struct lg *lg, u32 pages);

/*
 * Before lg_start, for a guest of generation A: it begins with these page
 * tables and at entry + page_offset, its kernel half's first gva.
 *
 * Start it: build the sandbox, fork the zygote, run from entry (a gpa).  note
 * is NULL for a historical guest.  *what as in lg_create.  Sandbox layers
 * that this machine does not have are listed, one per line, in
 * lg_missing_layers() (empty string: none).
 */
void lg_start_paged(struct lg *lg, u32 pgdir, u32 page_offset);
int lg_start(struct lg *lg, u32 entry, const struct lg_note *note, const char **what);
const char *lg_missing_layers(struct lg *lg);

/* Three descriptors to poll for reading; call lg_next when any is ready. */
int lg_bell_fd(struct lg *lg);		/* the guest wants something */
int lg_clock_fd(struct lg *lg);		/* a clock event is due: lg_next handles it */
int lg_death_fd(struct lg *lg);		/* pidfd: the zygote died */

enum lg_what {
	LG_NOTHING,			/* go back to poll */
	LG_KICK,			/* gpa = ring page of the queue kicked */
	LG_ASKED,			/* op, args: guest waits; lg_done when handled */
	LG_ENDED,			/* see lg_shared()->state; all spaces are gone */
};

struct lg_request {
	enum lg_what what;
	u32 gpa;
	u32 op;				/* enum lg_op; hostile, as the args are */
	u32 args[LG_OP_ARGS];
};

/* What to do next; call until LG_NOTHING. */
struct lg_request lg_next(struct lg *lg);
void lg_done(struct lg *lg, u32 result); /* of what LG_ASKED asked */

/* What --doctor found: host/doctor.h; NULL without it.  As hostile as lg_shared(). */
struct lg_doctor *lg_doctor(struct lg *lg);

struct lg_view;
struct lg_view *lg_view(struct lg *lg);	/* for those who serve devices: host/view.h */
int lg_parcel(struct lg *lg, u32 doorbell, void *data, int *fds); /* lg_pack its view */

/*
 * For lguest stat, top and profile (host/count.c, host/sample.c).  CPU time of
 * all spaces; TSC ticks in ns; find out what the guest does, 1, unless it halts,
 * 0; the next sample behind *seen: 1, or 0 if there is none.
 */
u64 lg_cpu_ns(struct lg *lg);
u64 lg_ticks_ns(struct lg *lg, u64 ticks);
int lg_sample(struct lg *lg, int with_stack);
int lg_take_sample(struct lg *lg, u32 *seen, struct lg_sample *to);

int lg_irq(struct lg *lg, u32 irq);	/* raise; any time; -EINVAL if >= LG_IRQS */
void lg_kill(struct lg *lg, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * Before lg_stop, of a guest that did not end by itself: have its registers
 * saved, and a few samples of eip recorded.  Takes 20 ms if it runs, up to 300
 * if it does not get a CPU.
 */
void lg_freeze(struct lg *lg);
void lg_stop(struct lg *lg);		/* stop running at once, keep memory to look at */
void lg_destroy(struct lg *lg);		/* everything gone, all processes reaped */

/*
 * For crash reports and debuggers, on a stopped guest: translate a gva
 * through the guest's page tables.  Fills pde and pte (0 if not reached);
 * returns 0 and *gpa, or -EFAULT.
 */
int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte);

/*
 * What this machine offers, for "lguest preflight" and for logs.  Fills up to
 * max entries, returns how many.
 */
struct lg_check {
	const char *name;		/* "LDT", "memfd", "seccomp", ... */
	int ok;				/* 1 found, 0 missing but optional, -1 missing and needed */
	char found[96];			/* what was seen */
	const char *means;		/* what it is for / what is lost without it */
	const char *fix;		/* how to get it */
};
/* Fill a hypercall page (LG_PAGE_SIZE bytes) for an image that asked for one. */
void lg_fill_hcall_page(u8 *page);

int lg_preflight(struct lg_check *checks, int max);

#endif /* HOST_HOST_H */
