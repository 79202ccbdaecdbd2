/* SPDX-License-Identifier: MIT */
/*
 * P:225 Hypercalls that were refused: made too early, with the arguments in the
 * wrong registers, or with a virtual address where a physical one belongs.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/diagnose.h"
#include "host/generation.h"

/* --- The Host itself ----------------------------------------------------------- */

/* "fault in the Host: ... at %#lx ...": below 4 GiB there is no code of ours. */
static bool host_fault(const struct snapshot *s, u64 *at)
{
	const char *words = strstr(s->reason, " at 0x");

	if (!words || !reason_has(s, "fault in the Host"))
		return false;
	*at = strtoull(words + 4, NULL, 16);
	return true;
}

static bool fits_own_64bit(struct scene *c)
{
	u64 at;

	return host_fault(c->s, &at) && at < LG_SWITCHER_ADDR;
}

static bool fits_host_bug(struct scene *c)
{
	u64 at;

	return host_fault(c->s, &at);
}

static const struct rule host[] = {
	{ "64-bit code", fits_own_64bit, "the guest ran 64-bit code of its own",
	  "selector 0x33 leads to the Host's gates, and to nothing else",
	  "a far jump or call, or an iret, with a selector the kernel did not mean to use",
	  "use 0x61, 0x69, 0x73 and 0x7b only", HINT_HOST },
	{ "bug", fits_host_bug, "this is a bug of lguest", NULL, NULL,
	  "please report it, with all of this", HINT_HOST },
};
const struct rules rules_host = RULES(host);

/* By the name it had in this guest's day. */
static const char *call_name(const struct snapshot *s, u32 number)
{
	if (number == LHCALL_SHUTDOWN && lg_generation(s->generation)->has & LG_HAS_CRASH)
		return "CRASH";
	return hcall_name(number);
}

/* --- Before INIT, unknown numbers ------------------------------------------------ */

static bool fits_before_init(struct scene *c)
{
	if (!reason_number(c->s, "hypercall ", &c->a) || !reason_has(c->s, "before") ||
	    !reason_has(c->s, "INIT") || c->s->data_gpa)
		return false;
	snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, c->a));
	return true;
}

static bool fits_init_twice(struct scene *c)
{
	return reason_has(c->s, "already have lguest_data");
}

static bool bad_number(struct scene *c)
{
	return reason_number(c->s, "ad hypercall ", &c->a);
}

static bool fits_needs_note(struct scene *c)
{
	if (!bad_number(c) || c->s->native || c->a < LHCALL_IRET || c->a > LHCALL_DEBUG_MARK)
		return false;
	snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, c->a));
	return true;
}

/* A number that is an address is an argument. */
static bool fits_number_is_address(struct scene *c)
{
	return bad_number(c) && c->a >= LG_PAGE_SIZE;
}

static bool fits_bad_number(struct scene *c)
{
	if (!bad_number(c) || c->a == LHCALL_SET_PMD)
		return false;
	if (strcmp(hcall_name(c->a), "unknown") != 0)
		snprintf(c->t, sizeof(c->t), " (%s)", hcall_name(c->a));
	snprintf(c->u, sizeof(c->u), "%s", lg_generation(c->s->generation)->name);
	return true;
}

/* --- Virtual for physical ---------------------------------------------------------- */

struct gpa_argument {
	u32 call;
	int arg;			/* 1 .. 3 */
	const char *what;
	const char *reason;		/* of the death */
};

static const struct gpa_argument gpa_arguments[] = {
	{ LHCALL_LGUEST_INIT, 1, "struct lguest_data", "bad guest page " },
	{ LHCALL_NEW_PGTABLE, 1, "the page directory", "bad page directory 0x" },
	{ LHCALL_SHUTDOWN, 1, "the text", "bad read address " },
	{ LHCALL_EXIT, 2, "the text", "bad read address " },
	{ LHCALL_SET_PTES, 1, "the list of entries", "bad read address " },
	{ LHCALL_LOAD_TLS, 1, "the descriptors", "bad read address " },
	{ LHCALL_NOTIFY, 1, "the ring, the device's record or the text", "Bad NOTIFY " },
};

static u32 argument(const struct lg_event *e, int n)
{
	return n == 1 ? e->b : n == 2 ? e->c : e->d;
}

static bool is_virtual(struct scene *c, u32 call, u32 value, const char *what)
{
	c->a = value;
	if (!virtual_for_physical(c->s, value, &c->b))
		return false;
	snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, call));
	snprintf(c->u, sizeof(c->u), "%s", what);
	return true;
}

static bool fits_virtual_argument(struct scene *c)
{
	for (size_t i = 0; i < sizeof(gpa_arguments) / sizeof(gpa_arguments[0]); i++) {
		const struct gpa_argument *g = &gpa_arguments[i];
		const struct lg_event *e = last_call(c->s, g->call);

		if (e && reason_has(c->s, g->reason) &&
		    is_virtual(c, g->call, argument(e, g->arg), g->what))
			return true;
	}
	return false;
}

/* Not virtual either: a gpa that is not there. */
static bool fits_outside_argument(struct scene *c)
{
	for (size_t i = 0; i < sizeof(gpa_arguments) / sizeof(gpa_arguments[0]); i++) {
		const struct gpa_argument *g = &gpa_arguments[i];
		const struct lg_event *e = last_call(c->s, g->call);

		if (!e || !reason_has(c->s, g->reason) || frame_in_ram(c->s, argument(e, g->arg)))
			continue;
		c->a = argument(e, g->arg);
		c->b = (u32)end_of_ram(c->s);
		snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, g->call));
		snprintf(c->u, sizeof(c->u), "%s", g->what);
		return true;
	}
	return false;
}

/* These are not refused: a directory that the Host does not know is no error. */
static bool fits_ignored_directory(struct scene *c)
{
	const u32 calls[] = { LHCALL_SET_PTE, LHCALL_SET_PGD, LHCALL_FLUSH_RANGE,
			      LHCALL_DROP_PGTABLE };

	if (!unhandled(c->s, 14) && !reason_has(c->s, "bad stack page"))
		return false;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const struct lg_event *e = last_call(c->s, calls[i]);

		if (e && is_virtual(c, calls[i], e->b, "the page directory"))
			return true;
	}
	return false;
}

/* Anything else that was refused, with what is known about the words of the refusal. */
static bool fits_refused(struct scene *c)
{
	const struct snapshot *s = c->s;
	const struct lg_event *e = s->nevents ? &s->events[s->nevents - 1] : NULL;
	const char *hint = reason_hint(s);

	if (!e || e->kind != LG_EV_HCALL || !hint || s->regs.user ||
	    reason_has(s, "CRASH: "))
		return false;
	snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, e->a));
	snprintf(c->u, sizeof(c->u), "%s", hint);
	return true;
}

static const struct rule refusals[] = {
	{ "before INIT", fits_before_init,
	  "the kernel made hypercall {A} ({t}) at {eip} before LGUEST_INIT",
	  "until the Host knows struct lguest_data it takes no other call", NULL,
	  "make LGUEST_INIT(gpa of struct lguest_data) the very first hypercall", HINT_REASON },
	{ "INIT twice", fits_init_twice, "the kernel made LGUEST_INIT a second time, at {eip}",
	  "it can be made once", "the kernel jumped back to its entry point, or ran through it again",
	  "see the backtrace for who called it", HINT_REASON },
	{ "needs the note", fits_needs_note,
	  "the kernel made hypercall {A} ({t}) at {eip}, which is lguest's own",
	  "numbers from 32 on are for kernels that carry the ELF note \"lguest\", and this image "
	  "has none", NULL,
	  "add the note (struct lg_note, doc/abi.md section 1) or use the historical calls",
	  HINT_HCALL },
	{ "number is an address", fits_number_is_address,
	  "the kernel made a hypercall at {eip} with {a} in eax", "eax holds the number of the call",
	  "the arguments are in the wrong registers",
	  "put the number in eax and the arguments in ebx, ecx, edx and esi", HINT_HCALL },
	{ "bad number", fits_bad_number, "the kernel made hypercall {A}{t} at {eip}",
	  "there is none with this number in its interface ({u})", NULL, "see the list in doc/abi.md section 2",
	  HINT_HCALL },
	{ "virtual for physical", fits_virtual_argument,
	  "the kernel gave {t} the address {a} for {u}",
	  "that is a virtual address, and hypercalls take physical ones", NULL,
	  "subtract the kernel's base: physical it is {b}", HINT_REASON },
	{ "directory ignored", fits_ignored_directory,
	  "the kernel gave {t} the address {a} for {u}",
	  "that is a virtual address: the Host knows page directories by their physical address, "
	  "ignored the call, and went on with the old translation", NULL,
	  "subtract the kernel's base: physical it is {b}", HINT_STALE | HINT_ACCESS },
};
const struct rules rules_call = RULES(refusals);

static const struct rule others[] = {
	{ "outside RAM", fits_outside_argument,
	  "the kernel gave {t} the address {a} for {u}", "RAM ends at {b}", NULL,
	  "give the physical address of something in RAM", HINT_REASON },
	{ "refused", fits_refused, "the kernel made {t} at {eip}, and the Host refused it",
	  "{reason}", NULL, "{u}", HINT_REASON },
};
const struct rules rules_refused = RULES(others);

/* --- The order of registers ------------------------------------------------------- */

/*
 * Until 2.6.30 the arguments were in edx, ebx, ecx; since then in ebx, ecx,
 * edx.  A kernel that uses the one where the Host expects the other has its
 * first argument in the other's register.  The values say which it was: only
 * one reading makes sense.
 */
struct reading {
	u32 arg1, arg2, arg3;
};

static bool old_order(const struct snapshot *s)
{
	return lg_generation(s->generation)->arg_reg[0] == 3;
}

/* The latest call, as the Host read it and as it did not. */
static bool other_reading(struct scene *c, u32 call, struct reading *ours, struct reading *other)
{
	const struct lg_regs *r = &c->s->regs;
	const struct lg_event *e = c->s->nevents ? &c->s->events[c->s->nevents - 1] : NULL;
	const struct reading old = { r->edx, r->ebx, r->ecx }, new = { r->ebx, r->ecx, r->edx };

	if (!e || e->kind != LG_EV_HCALL || e->a != call || r->user)
		return false;
	*ours = old_order(c->s) ? old : new;
	*other = old_order(c->s) ? new : old;
	c->a = other->arg1;
	snprintf(c->t, sizeof(c->t), "%s", call_name(c->s, call));
	snprintf(c->u, sizeof(c->u), old_order(c->s) ? "ebx instead of edx" : "edx instead of ebx");
	return true;
}

/* How much it looks like struct lguest_data before INIT, or its virtual address. */
static int looks_like_data(const struct snapshot *s, u32 gpa)
{
	struct lguest_data d;
	u32 physical;

	if (virtual_for_physical(s, gpa, &physical))
		gpa = physical;
	if (!gpa || gpa % 4 || lg_peek(s->lg, gpa, &d, sizeof(d)))
		return 0;
	for (u32 i = 0; i < LG_RING_SIZE; i++)
		if (d.hcall_status[i] != LG_RING_FREE)
			return symbols_loaded(s->symbols, gpa);
	return 2;
}

/* As since 3.2, and ours. */
static bool new_layout(const struct snapshot *s, u32 gpa)
{
	struct lguest_data d;

	return !lg_peek(s->lg, gpa, &d, sizeof(d)) && d.kernel_address >= LG_BASE_SHIFT &&
	       d.kernel_address % LG_PAGE_SIZE == 0 && d.syscall_vec >= LG_FIRST_IRQ_VECTOR &&
	       d.syscall_vec < LG_IDT_ENTRIES;
}

/* The registers of old with the struct of today: no generation is like that. */
static bool fits_order_mixed(struct scene *c)
{
	struct reading ours, other;
	u32 edx = c->s->regs.edx;

	if (c->s->data_gpa || !other_reading(c, LHCALL_LGUEST_INIT, &ours, &other))
		return false;
	c->a = edx;
	snprintf(c->u, sizeof(c->u), "edx instead of ebx");
	return looks_like_data(c->s, edx) > looks_like_data(c->s, c->s->regs.ebx) &&
	       new_layout(c->s, edx);
}

static bool fits_order_init(struct scene *c)
{
	struct reading ours, other;

	return !c->s->data_gpa && other_reading(c, LHCALL_LGUEST_INIT, &ours, &other) &&
	       looks_like_data(c->s, other.arg1) > looks_like_data(c->s, ours.arg1);
}

static bool is_gate(u32 hi)
{
	u32 type = hi >> 8 & 0xf;

	return (hi & 0x8000) && (type == 0xe || type == 0xf) && !(hi & 0x10ff);
}

static bool fits_order_idt(struct scene *c)
{
	struct reading ours, other;

	if ((!reason_has(c->s, "Setting idt entry") && !reason_has(c->s, "bad IDT type")) ||
	    !other_reading(c, LHCALL_LOAD_IDT_ENTRY, &ours, &other))
		return false;
	return other.arg1 < LG_IDT_ENTRIES && is_gate(other.arg3) && !is_gate(ours.arg3);
}

static bool fits_order_stack(struct scene *c)
{
	struct reading ours, other;

	return reason_has(c->s, "bad stack segment") &&
	       other_reading(c, LHCALL_SET_STACK, &ours, &other) && other.arg1 == LG_KERNEL_DS &&
	       other.arg2 >= LG_PAGE_SIZE && other.arg3 <= 2;
}

static bool fits_order_pgtable(struct scene *c)
{
	struct reading ours, other;

	return reason_has(c->s, "bad page directory 0x") &&
	       other_reading(c, LHCALL_NEW_PGTABLE, &ours, &other) && other.arg1 &&
	       other.arg1 % LG_PAGE_SIZE == 0 && other.arg1 < end_of_ram(c->s);
}

#define ORDER(name, test) \
	{ name, test, \
	  "the kernel made {t} at {eip} with its first argument, {a}, in {u}", \
	  "its hypercalls take their arguments in another order", \
	  "a hypercall function for another generation of lguest (until 2.6.30 the order was edx, " \
	  "ebx, ecx; since then it is ebx, ecx, edx)", \
	  "use the other order (doc/abi.md section 2)", HINT_REASON }

static const struct rule order[] = {
	ORDER("register order: INIT, mixed", fits_order_mixed),
	ORDER("register order: INIT", fits_order_init),
	ORDER("register order: IDT", fits_order_idt),
	ORDER("register order: stack", fits_order_stack),
	ORDER("register order: page table", fits_order_pgtable),
};
const struct rules rules_order = RULES(order);
