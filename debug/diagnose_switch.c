/* SPDX-License-Identifier: MIT */
/*
 * P:240 The ground moved: another page directory took code or stack away, a
 * trap's frame had nowhere to go, a handler is not where its gate says.
 */
#include <string.h>

#include "debug/diagnose.h"

#define RECURSION	8u		/* faults of one handler in a row */
#define OVERFLOW_REACH	0x10000u	/* how far below its page a stack may be found */

/* The address in "bad stack page 0x...", pushed to in kernel mode or from user mode. */
static bool bad_stack(const struct snapshot *s, u32 *at)
{
	return reason_number(s, "bad stack page ", at);
}

/* The trap whose frame could not be pushed. */
static const struct lg_event *first_fault(const struct snapshot *s)
{
	const struct lg_event *e = s->nevents ? &s->events[s->nevents - 1] : NULL;

	return e && e->kind == LG_EV_TRAP ? e : NULL;
}

/* --- Handlers ------------------------------------------------------------------- */

/* A fault at the first instruction of its own handler, again and again. */
static bool fits_handler_unmapped(struct scene *c)
{
	const struct snapshot *s = c->s;
	const struct lg_event *e = first_fault(s);
	u32 at;

	if (!bad_stack(s, &at) || !e || e->a != 14 || e->d || !s->idt[14].present ||
	    e->b != s->idt[14].handler || e->c != e->b)
		return false;
	c->a = e->b;
	return !reachable(s, c->a, 0);
}

/* The first of the faults in a row at the place of the last: what began it. */
static bool fits_handler_faults(struct scene *c)
{
	const struct snapshot *s = c->s;
	const struct lg_event *last = first_fault(s);
	u32 at, n = 0;

	if (!bad_stack(s, &at) || !last)
		return false;
	for (u32 i = s->nevents; i-- > 0;) {
		const struct lg_event *e = &s->events[i];

		if (e->kind != LG_EV_TRAP && e->kind != LG_EV_SHADOW)
			break;
		if (e->kind == LG_EV_TRAP && (e->a != last->a || e->b != last->b || e->d))
			break;
		n += e->kind == LG_EV_TRAP;
	}
	c->a = last->b;
	c->b = last->c;
	c->c = last->a;
	c->d = n;
	snprintf(c->t, sizeof(c->t), "%s", vector_name(last->a));
	return n >= RECURSION;
}

/* --- NEW_PGTABLE ------------------------------------------------------------------ */

static bool switched(const struct snapshot *s, u32 *pgdir)
{
	const struct lg_event *e = last_call(s, LHCALL_NEW_PGTABLE);

	if (!e || s->linear)
		return false;
	*pgdir = e->b & (s->pae ? ~0x1fu : ~0xfffu);
	return *pgdir == s->pgdir;
}

static bool died_of_memory(const struct snapshot *s)
{
	u32 at;

	return kernel_fault(s) || (bad_stack(s, &at) && !s->regs.user);
}

/* The kernel cannot even fetch the instruction behind the call. */
static bool fits_code_vanished(struct scene *c)
{
	const struct snapshot *s = c->s;

	c->b = s->regs.eip;
	return died_of_memory(s) && switched(s, &c->a) && !reachable(s, s->regs.eip, 0) &&
	       translate_before(s, s->regs.eip, &c->c) && symbols_loaded(s->symbols, c->c) &&
	       s->regs.eip >= LG_PAGE_SIZE;
}

static u32 stack_top(const struct snapshot *s)
{
	u32 at;

	return bad_stack(s, &at) ? at : s->regs.esp - 4;
}

static bool fits_stack_vanished(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 at;

	c->b = stack_top(s);
	return died_of_memory(s) && (stack_access(s) || bad_stack(s, &at)) && switched(s, &c->a) &&
	       !reachable(s, c->b, 2) && translate_before(s, c->b, &c->c);
}

/* Still mapped, but to another page: what was on the stack is not there. */
static bool fits_stack_moved(struct scene *c)
{
	const struct snapshot *s = c->s;
	struct walk w;

	if (!kernel_fault(s) || !switched(s, &c->a) || reachable(s, s->regs.eip, 0))
		return false;
	c->b = s->regs.esp - 4;		/* where the address came from that it returned to */
	walk_gva(s, c->b, &w);
	c->d = w.gpa;
	return w.mapped && translate_before(s, c->b, &c->c) && c->c != w.gpa &&
	       s->events[s->nevents - 1].kind == LG_EV_TRAP;
}

/* Jumped to where the kernel was in linear mode. */
static bool fits_physical_jump(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 offset;

	if (!kernel_fault(s) || s->linear || s->regs.cr2 != s->regs.eip ||
	    !symbols_offset(s->symbols, &offset) || !offset ||
	    !symbols_loaded(s->symbols, s->regs.eip))
		return false;
	c->a = s->regs.eip;
	c->b = s->regs.eip + offset;
	return symbols_text(s->symbols, c->b);
}

/* --- Stale translations -------------------------------------------------------------- */

/* Code or stack: data may be stale and harmless, which is then a hint only. */
static bool fits_stale(struct scene *c)
{
	struct stale st;

	if (!find_stale(c->s, &st) || !st.use ||
	    (strcmp(st.use, "eip") != 0 && strcmp(st.use, "esp") != 0))
		return false;
	c->a = st.gva;
	c->b = st.old_gpa;
	stale_words(&st, c->t);
	snprintf(c->u, sizeof(c->u), "%s", st.use);
	return true;
}

/* --- Stacks ------------------------------------------------------------------------- */

static bool fits_no_set_stack(struct scene *c)
{
	return reason_has(c->s, "before SET_STACK");
}

/* esp is 0 at the entry point. */
static bool fits_no_stack(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 at;

	if (s->regs.user || s->regs.esp > 64)
		return false;
	if (!symbols_note(s->symbols) && !symbols_text(s->symbols, s->regs.eip))
		return false;
	if (!bad_stack(s, &at) && !(kernel_fault(s) && s->regs.cr2 >= 0u - LG_PAGE_SIZE))
		return false;
	c->a = s->regs.esp;
	return true;
}

/* The top of the kernel stack, given as a gpa. */
static bool fits_physical_stack(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 offset, at;

	c->a = s->esp1;
	if (!bad_stack(s, &at) || !s->regs.user || s->esp1 - at > 64 ||
	    !kernel_offset(s, &offset) || s->esp1 > end_of_ram(s))
		return false;
	c->b = s->esp1 + offset;
	return reachable(s, c->b - 4, 2);
}

static bool fits_user_frame(struct scene *c)
{
	const struct snapshot *s = c->s;

	c->a = s->esp1;
	return bad_stack(s, &c->b) && s->regs.user && s->esp1 - c->b <= 64;
}

/* Below a page that is stack, and was used as such. */
static bool overflowed(const struct snapshot *s, u32 at, u32 *bottom)
{
	for (u32 up = (at & ~0xfffu) + LG_PAGE_SIZE; up - at < OVERFLOW_REACH && up;
	     up += LG_PAGE_SIZE) {
		struct walk w;

		walk_gva(s, up, &w);
		*bottom = up;
		if (w.mapped)
			return check_access(s, &w, 2) == ACCESS_OK &&
			       (w.large ? w.pde : w.pte) & LG_PTE_DIRTY;
	}
	return false;
}

static bool fits_overflow(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 at;

	if (s->linear || s->regs.user)
		return false;
	if (bad_stack(s, &at))
		c->a = at;
	else if (kernel_fault(s) && stack_access(s) && !reachable(s, s->regs.cr2, 2))
		c->a = s->regs.cr2;
	else
		return false;
	return overflowed(s, c->a, &c->b);
}

/* Both frames: of what the first fault was, and of the push that failed. */
static bool fits_double_fault(struct scene *c)
{
	const struct lg_event *e = first_fault(c->s);

	if (!bad_stack(c->s, &c->c) || c->s->regs.user || !e || e->d)
		return false;
	c->a = e->b;
	c->b = e->c;
	c->d = e->a;
	snprintf(c->t, sizeof(c->t), "%s", vector_name(e->a));
	if (e->a == 14)
		snprintf(c->t, sizeof(c->t), "page fault, address 0x%08x", e->c);
	return true;
}

static bool fits_irq_frame(struct scene *c)
{
	const struct lg_event *e = c->s->nevents ? &c->s->events[c->s->nevents - 1] : NULL;

	if (!bad_stack(c->s, &c->c) || c->s->regs.user || !e || e->kind != LG_EV_IRQ)
		return false;
	c->a = e->b;
	irq_words(c->s, e->a, c->t);
	return true;
}

#define DOUBLE	(HINT_STACK | HINT_REASON | HINT_EIP)

static const struct rule table[] = {
	{ "missing SET_STACK", fits_no_set_stack,
	  "trap {trap} came from user mode at {eip}, and no kernel stack is known",
	  "the frame of a trap from user mode goes onto the stack of SET_STACK", NULL,
	  "make SET_STACK(0x69, top of the kernel stack, pages) before the first IRET to user mode, "
	  "and at each process switch", HINT_REASON | HINT_STACK },
	{ "no stack", fits_no_stack,
	  "the kernel at {eip} needed a stack (a push, a call or a trap), and esp is {a}",
	  "a kernel starts without a stack: esp is 0 at the entry point", NULL,
	  "load esp with the top of some memory of your own first", HINT_STACK | HINT_REASON |
	  HINT_UNHANDLED | HINT_ACCESS },
	{ "handler not mapped", fits_handler_unmapped,
	  "a page fault went to its handler at {a}, and fetching that was the next page fault, and "
	  "so on until the stack was used up",
	  "the gate of vector 14 leads to an address that is not mapped",
	  "the two halves of the handler's address in the wrong places, or its physical address",
	  "make LOAD_IDT_ENTRY(14, low, high) with bits 0-15 of the virtual address in low and bits "
	  "16-31 in the upper half of high", DOUBLE },
	{ "handler faults", fits_handler_faults,
	  "the handler of vector {C} ({t}) causes that trap itself, at {@a} (address {b}), at least {D} "
	  "times in a row, until the stack was used up",
	  NULL, "a handler that touches memory which is not mapped (lguest_data by its physical "
	  "address, for example)", "correct that line first; what the first fault was is in the events "
	  "below", DOUBLE },
	{ "stale translation", fits_stale,
	  "the kernel went on with an old translation of the page at {a} ({u})",
	  "it was mapped to physical {b}, the page tables now say {t}, and the Host was not told",
	  NULL, "make SET_PTE(pgdir, {a}, pte), FLUSH_RANGE or FLUSH_TLB after the entry is changed",
	  HINT_STALE },
	{ "code vanished", fits_code_vanished,
	  "the kernel made NEW_PGTABLE({a}), and its code at {b} is not mapped in there",
	  "before it was physical {c}: the very next instruction cannot be fetched",
	  "tables without an entry for where the kernel runs until it jumps to its virtual address",
	  "map physical {c} at {b} too, and drop that after the jump", DOUBLE | HINT_UNHANDLED },
	{ "stack vanished", fits_stack_vanished,
	  "the kernel made NEW_PGTABLE({a}), and its stack at {b} is not mapped and writable in there",
	  "before it was physical {c}; the next push or trap has nowhere to go",
	  "a stack that was used by its physical address, or one page of it forgotten",
	  "map the stack in the new tables, or load esp with its virtual address right after the call "
	  "without touching it before", DOUBLE | HINT_UNHANDLED | HINT_ACCESS },
	{ "stack moved", fits_stack_moved,
	  "the kernel made NEW_PGTABLE({a}), and its stack at {b} became another page",
	  "it was physical {c}, the new tables map {d}: the return address was left behind, so it "
	  "returned to {cr2}",
	  "a stack (or a per-CPU page with the stack) mapped to a page of its own",
	  "map {b} to physical {c}, or move esp and its contents before the call",
	  HINT_EIP | HINT_UNHANDLED | HINT_ACCESS },
	{ "physical jump", fits_physical_jump,
	  "the kernel jumped to the physical address {a}, from {from}",
	  "page tables are on, and do not map that address", NULL,
	  "jump to the virtual address, {@b}", HINT_EIP | HINT_UNHANDLED | HINT_ACCESS },
	{ "physical stack", fits_physical_stack,
	  "trap {trap} came from user mode at {eip}, and its frame cannot be pushed: SET_STACK was "
	  "given {a}", "that is a physical address, and esp is a virtual one", NULL,
	  "make SET_STACK(0x69, {b}, pages)", DOUBLE },
	{ "kernel stack not mapped", fits_user_frame,
	  "trap {trap} came from user mode at {eip}, and its frame cannot be pushed at {b}",
	  "the stack of SET_STACK ({a} is its top) is not mapped and writable in the current page "
	  "directory", "a directory made without the kernel half, or esp given as a physical address",
	  "map the kernel stack in every directory, or make SET_STACK before the switch to a process "
	  "with another", DOUBLE },
	{ "stack overflow", fits_overflow,
	  "the kernel stack overflowed: {a} is below its last page, {b}, at {eip}",
	  "nothing is mapped there", "endless recursion, a big array on the stack, or nested "
	  "interrupts", "see the backtrace for what repeats, or give the stack more pages",
	  DOUBLE | HINT_UNHANDLED | HINT_ACCESS },
	{ "double fault", fits_double_fault,
	  "a double fault: first trap {D} ({t}) at {@a}, then the Host could not push its frame at {c}",
	  "that stack is not mapped and writable", "esp that holds something else than a stack",
	  "look at both: what esp should have been, and what the first trap was", DOUBLE },
	{ "interrupt without stack", fits_irq_frame,
	  "{t} interrupted the kernel at {@a}, and its frame cannot be pushed at {c}",
	  "that stack is not mapped and writable",
	  "interrupts turned on (irq_enabled) before esp points to a stack",
	  "load esp first", DOUBLE },
};
const struct rules rules_switch = RULES(table);
