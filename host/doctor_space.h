/* SPDX-License-Identifier: MIT */
/*
 * The doctor inside a space.  Everything here may be called only if lg->doctor
 * is set.
 */
#ifndef HOST_DOCTOR_SPACE_H
#define HOST_DOCTOR_SPACE_H

#include "host/doctor.h"
#include "host/space.h"

#pragma GCC visibility push(hidden)

#define doc	((struct lg_doctor *)(LG_STATE_ADDR + lg->doctor))

/* doctor.c */
struct lg_finding *doctor_finding(u32 kind);	/* the others' numbers are 0 */
void doctor_tell(u32 place);			/* once for each kind and place */
void doctor_leaves(void);			/* run_guest: the guest is about to go on */

/* doctor_tables.c: page tables and what is mapped from them */
void doctor_start(void);			/* in the zygote */
void doctor_mapped(u32 gva, u32 pages, u32 gpa, bool writable, bool user);
void doctor_user_runs(void);			/* for the first time */
void doctor_flushed(u32 gva, u64 len);		/* announced, or gone anyway */
void doctor_use(u32 gva, u32 access);		/* a fault: was the page stale? */
void doctor_watch(u32 gpa, u32 as);		/* LG_WATCH_* */
void doctor_unwatch(u32 gpa);
bool doctor_in_use(u32 pfn);			/* is it a page table, still? */
void doctor_compare(u32 *before, u32 gpa);	/* a page of tables with what it was */
void doctor_readable(u32 page);
void doctor_hide(u32 gva);
void doctor_catch_up(void);			/* what other spaces saw change */

/* doctor_step.c */
struct doctor_step {
	u32 eip, esp;				/* of the instruction that runs */
};
extern struct doctor_step doctor_step;
bool doctor_access(u32 gva, u32 access);	/* a fault: true if it is on its way */
bool doctor_stepped(void);			/* #DB: true if it was ours alone */
void doctor_end_step(void);

/* doctor_queue.c: buffers that devices own */
void doctor_queues(void);			/* what was offered and given back since */
void doctor_touch(u32 gva, u32 gpa, u32 len, bool write);
void doctor_told(u32 irq);			/* an interrupt is delivered */
void doctor_looked(u32 gpa);			/* at this place of a used ring */
void doctor_unseen(void);			/* the guest sleeps */
void doctor_lost(u32 gpa, u32 gva, enum lg_freed how); /* a frame is taken away or reused */

/* doctor_time.c */
void doctor_look(void);
u64 doctor_alarm(u64 deadline);			/* when HALT shall look again, ns */
void doctor_halted(void);			/* now and then in HALT */
void doctor_refused(u32 irqs);			/* interrupts are off */
void doctor_no_gate(u32 irq);
void doctor_interrupt(u32 irq);			/* is delivered */
void doctor_clock_event(u32 delta_ns);
void doctor_time(u32 guest_ms);			/* DEBUG_MARK */

/* May this frame be mapped for writing like any other? */
static inline bool doctor_watches(u32 gpa)
{
	return gpa / LG_PAGE_SIZE < lg->pages && doc->page[gpa / LG_PAGE_SIZE].watch;
}

static inline bool doctor_hides(u32 gpa)
{
	return gpa / LG_PAGE_SIZE < lg->pages &&
	       doc->page[gpa / LG_PAGE_SIZE].watch & LG_WATCH_HIDDEN;
}

#pragma GCC visibility pop

#endif /* HOST_DOCTOR_SPACE_H */
