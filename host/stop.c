/* SPDX-License-Identifier: MIT */
/*
 * H:850 Standing still for a debugger.
 *
 * The Launcher debugs; the Host only stops, says why, and goes on when it is
 * told to.  Nothing here runs unless lg->debug.on (or a count beside it) says
 * so, which is one predictable test in run_guest.
 *
 * *Stopping.*  The Launcher sets "ask" and kicks.  Wherever the vCPU is, it
 * comes by a place that looks: run_guest's start, which a kick leads to from
 * guest code, user or kernel; HALT, whose must_act looks after it has said
 * that it sleeps, as for interrupts; the wait in NOTIFY; and, if the vCPU is
 * being handed over, the run_guest of the space that gets it.  One kick may
 * be in vain: it may arrive in a gate before the look at the interrupts, where
 * only an interrupt's bit, not ours, would bring the gate into run_guest, or
 * just before a futex.  So the Launcher kicks every few ms until "standing" is
 * set; no instruction of the fast paths is spent on us.
 *
 * *Standing.*  All registers are in lg->cpu then, FPU and fs and gs too.  The
 * space waits in a futex until "standing" is 0, which only the Launcher sets:
 * it writes everything else first, and we read it after.  "running" is 0
 * meanwhile, so nobody kicks, and interrupts gather in cpu->irqs.
 *
 * *Going on* is run_guest as ever: it looks at irqs, flushes and space afresh,
 * so whatever changed meanwhile is obeyed.
 */
#include <linux/futex.h>
#include <sys/mman.h>

#include "host/space.h"
#include "host/sys.h"

#define debug	(&lg->debug)

static u32 count(u32 n, u32 max)	/* the guest may have written it */
{
	return n < max ? n : max;
}

/* --- H:852 Standing still ----------------------------------------------------- */

static void wait_for_go(u32 why, u32 a, u32 b, u32 c)
{
	debug->why = why;
	debug->a = a;
	debug->b = b;
	debug->c = c;
	atomic_store_explicit(&debug->standing, 1, memory_order_seq_cst);
	ring_bell();
	while (debug->standing == 1)
		sys6(__NR_futex, (long)&debug->standing, FUTEX_WAIT, 1, 0, 0, 0);
}

static bool watch_here(const struct lg_watch *w)
{
	return w->pgdir == PGDIR_NONE || (!cpu->linear && w->pgdir == cpu->pgdir);
}

/* What the watched memory holds now. */
static void note_values(void)
{
	for (u32 i = 0; i < count(debug->nwatches, LG_DEBUG_WATCHES); i++) {
		struct lg_watch *w = &debug->watches[i];

		w->known = w->len <= LG_WATCH_BYTES && watch_here(w) &&
			   read_virtual(w->gva, w->was, w->len);
	}
}

static void begin_step(bool asked)
{
	debug->step_asked = asked;
	debug->stepped = 0;
	debug->step_eip = cpu->regs.eip;
	debug->step_esp = cpu->regs.esp;
	debug->step_user = cpu->regs.user;
	debug->guest_tf = cpu->regs.eflags & EFLAGS_TF;
	debug->tf = EFLAGS_TF;
}

static void stand(u32 why, u32 a, u32 b, u32 c)
{
	debug->tf = 0;
	fpu_live();
	fpu_save();
	save_fs_gs();
	cpu->running = 0;
	wait_for_go(why, a, b, c);
	cpu->running = (s32)me.index + 1;
	atomic_thread_fence(memory_order_seq_cst);
	fpu_restore();
	restore_fs_gs();
	note_values();
	if (debug->step)
		begin_step(true);
}

void debug_asked(void)
{
	stand(LG_WHY_ASKED, 0, 0, 0);
}

/* --- H:854 Breakpoints -------------------------------------------------------- */

/*
 * int3 at eip: of the debugger's making?  It is a matter of physical pages;
 * whether this process at this address was meant the Launcher decides, and if
 * not has us step over it.
 */
bool debug_break(void)
{
	struct walk w;
	u32 gpa;

	if (!walk(cpu->regs.eip, &w))
		return false;
	gpa = w.gpa | (cpu->regs.eip & 0xfff);
	for (u32 i = 0; i < count(debug->nbreaks, LG_DEBUG_BREAKS); i++)
		if (debug->breaks[i] == gpa) {
			stand(LG_WHY_BREAK, gpa, 0, 0);
			return true;
		}
	return false;
}

static struct lg_debug_page *page_at(u32 gva)
{
	for (u32 i = 0; i < count(debug->npages, LG_DEBUG_PAGES); i++)
		if (debug->pages[i].gva == (gva & ~0xfffu))
			return &debug->pages[i];
	return NULL;
}

/*
 * A page is about to be mapped.  If breakpoints wait for it, and it is another
 * one than last time, the Launcher puts them in now.  This may be deep inside
 * a fault of the Switcher's, so no registers are touched.
 */
u32 debug_mapping(u32 gva, u32 gpa)
{
	struct lg_debug_page *p = page_at(gva);

	if (!p)
		return LG_GUARD_UNKNOWN;
	if (p->breaks && p->gpa != gpa)
		wait_for_go(LG_WHY_PAGE, gva, gpa, 0);
	return p->open ? LG_GUARD_NONE : p->guard;
}

/* Pages somebody cares about are mapped alone: take them off a run around gva. */
void debug_clip(u32 gva, u32 *start, u32 *gpa, u32 *pages)
{
	for (u32 i = 0; i < count(debug->npages, LG_DEBUG_PAGES); i++) {
		u32 at = debug->pages[i].gva & ~0xfffu;

		if (at < *start || (at - *start) / LG_PAGE_SIZE >= *pages)
			continue;
		if (at > gva) {
			*pages = (at - *start) / LG_PAGE_SIZE;
		} else {
			u32 cut = (at - *start) / LG_PAGE_SIZE + 1;

			*start += cut * LG_PAGE_SIZE;
			*gpa += cut * LG_PAGE_SIZE;
			*pages -= cut;
		}
	}
}

/* --- H:856 One instruction ---------------------------------------------------- */

/* The registers have just been saved, with our TF in them: the guest never sees it. */
void debug_untrace(void)
{
	debug->raw_eflags = cpu->regs.eflags;
	cpu->regs.eflags = (cpu->regs.eflags & ~EFLAGS_TF) | debug->guest_tf;
}

static u8 opcode_at(u32 eip)
{
	u8 b = 0;

	for (u32 i = 0; i < 4 && read_virtual(eip + i, &b, 1); i++)
		if (b != 0x66 && b != 0xf2 && b != 0xf3)
			break;
	return b;
}

/* pushf pushed the real flags, with our TF. */
static void mend_pushed_flags(void)
{
	u32 word;

	if (!read_virtual(cpu->regs.esp, &word, 4) || !(word & EFLAGS_TF))
		return;
	word &= ~EFLAGS_TF;
	write_virtual(cpu->regs.esp, &word, 1);
}

/*
 * #DB while a step is under way.  True if it is ours alone; false if the guest
 * steps itself, or made it with int1: then it gets it, and our step ends in its
 * handler.
 */
bool debug_step_trap(void)
{
	u8 op = opcode_at(debug->step_eip);
	bool own = debug->guest_tf || op == 0xf1;

	debug->stepped = 1;
	if (op == 0x9c && !debug->guest_tf)
		mend_pushed_flags();
	if (op == 0x9d || op == 0xcf) {
		debug->guest_tf = debug->raw_eflags & EFLAGS_TF;
		cpu->regs.eflags = (cpu->regs.eflags & ~EFLAGS_TF) | debug->guest_tf;
	}
	return !own;
}

/*
 * Is the instruction over?  It trapped; or the Host did it (a hypercall, in,
 * iret ..) or made a trap of it, and went on somewhere else.  A page fault that
 * only filled in our own tables changes nothing: the instruction is still to be
 * done.
 */
static bool step_is_over(void)
{
	const struct lg_regs *r = &cpu->regs;

	return debug->stepped || r->eip != debug->step_eip || r->esp != debug->step_esp ||
	       r->user != debug->step_user;
}

/* --- H:858 Watchpoints -------------------------------------------------------- */

static bool forbidden(const struct lg_debug_page *p, u32 access)
{
	return p->guard == LG_GUARD_ALL || (p->guard == LG_GUARD_WRITE && access & ACCESS_WRITE);
}

/*
 * Somebody wants to use a guarded page: let him, for this one instruction.  If
 * it was not the guest but the Switcher on its behalf there is nothing to step:
 * the page is closed when run_guest comes by, which it does, because gates take
 * the slow way while anything is watched.
 */
void debug_open(u32 gva, u32 access, bool guest)
{
	struct lg_debug_page *p = page_at(gva);

	if (!p || !forbidden(p, access))
		return;
	p->open = 1;
	debug->opened = 1;
	debug->touched = gva;
	debug->wrote = access & ACCESS_WRITE;
	if (guest && !debug->tf)
		begin_step(false);
}

static void close_pages(void)
{
	for (u32 i = 0; i < count(debug->npages, LG_DEBUG_PAGES); i++) {
		struct lg_debug_page *p = &debug->pages[i];
		int prot = p->guard == LG_GUARD_ALL ? PROT_NONE : PROT_READ | PROT_EXEC;

		if (!p->open)
			continue;
		p->open = 0;
		if (p->guard && is_mapped(p->gva & ~0xfffu))
			sys3(__NR_mprotect, (p->gva & ~0xfffu) + (u64)my_space()->base,
			     LG_PAGE_SIZE, prot);
	}
	debug->opened = 0;
}

static bool changed(struct lg_watch *w)
{
	u8 now[LG_WATCH_BYTES];
	bool differs = false, known = w->known;

	if (w->len > LG_WATCH_BYTES || !watch_here(w) || !read_virtual(w->gva, now, w->len))
		return false;
	for (u32 i = 0; i < w->len; i++) {
		differs |= now[i] != w->was[i];
		w->was[i] = now[i];
	}
	w->known = 1;
	return known && differs;
}

/* How long the access was only the Launcher finds out: 64 bytes are enough to ask. */
static bool near(const struct lg_watch *w)
{
	return watch_here(w) && debug->touched - w->gva + 63 < w->len + 63;
}

static bool report_watches(bool used)
{
	for (u32 i = 0; i < count(debug->nwatches, LG_DEBUG_WATCHES); i++) {
		struct lg_watch *w = &debug->watches[i];

		if (changed(w) && w->kind & 1) {
			stand(LG_WHY_CHANGED, i, debug->step_eip, 0);
			return true;
		}
		if (used && w->kind & 2 && near(w)) {
			stand(LG_WHY_TOUCHED, i, debug->touched, debug->wrote);
			return true;
		}
	}
	return false;
}

/*
 * H:859 Before the guest goes on.  Watched memory is compared here too when no
 * page was opened: the Host, a device or another address of the same page may
 * have changed it.
 */
void debugged(void)
{
	bool used = debug->opened, asked, over = !debug->tf || step_is_over();

	if (over) {
		asked = debug->tf && debug->step_asked;
		debug->tf = 0;
		if (used)
			close_pages();
		if ((!debug->nwatches || !report_watches(used)) && asked)
			stand(LG_WHY_STEP, 0, 0, 0);
	}
	if (debug->ask)
		debug_asked();
}
