/* SPDX-License-Identifier: MIT */
/*
 * P:255 A guest that was stopped, by --timeout or by hand: does it wait for what
 * cannot come?  One look at eip proves nothing, so the Host samples it a few
 * times before the end (lg_freeze); the samples are kicks in the recorder.
 * A guest that merely had nothing to do gets no diagnosis.
 */
#include <string.h>

#include "debug/diagnose.h"

#define SAMPLES		4u		/* kicks in a row at one place: it loops */
#define LOOP_BYTES	512u		/* bytes of code that are one place */
#define HALTS		16u		/* HALT in a row that did not halt */

/* --- What is it doing? ------------------------------------------------------------ */

struct loop {
	u32 low, high, samples;
	u64 tsc;			/* how long, at least */
	bool irq_off;			/* at every sample */
};

/* The kicks at the end of the record, as far as nothing else lies between. */
static bool looping(const struct snapshot *s, struct loop *l)
{
	*l = (struct loop){ .low = s->regs.eip, .high = s->regs.eip, .irq_off = true };
	for (u32 i = s->nevents; i-- > 0;) {
		const struct lg_event *e = &s->events[i];
		u32 low = e->a < l->low ? e->a : l->low, high = e->a > l->high ? e->a : l->high;

		if (e->kind != LG_EV_KICK || e->b || high - low > LOOP_BYTES)
			break;
		l->low = low;
		l->high = high;
		l->irq_off &= !e->c;
		l->samples++;
		l->tsc = s->events[s->nevents - 1].tsc - e->tsc;
	}
	return !s->regs.user && !s->halted && l->samples >= SAMPLES;
}

static u32 milliseconds(const struct snapshot *s, u64 tsc)
{
	u64 ms = s->tsc_khz ? tsc / s->tsc_khz : 0;

	return ms < 1000000 ? (u32)ms : 1000000;
}

/* HALT returns at once, over and over: something is pending that goes nowhere. */
static bool halting_in_vain(const struct snapshot *s)
{
	u32 n = 0;

	for (u32 i = s->nevents; i-- > 0 && n < HALTS;) {
		const struct lg_event *e = &s->events[i];

		if (e->kind == LG_EV_HCALL && e->a == LHCALL_HALT)
			n++;
		else if (e->kind != LG_EV_KICK && e->kind != LG_EV_HALT)
			return false;
	}
	return n == HALTS;
}

/* Waits for an interrupt, as far as one can see; how goes to u. */
static bool waits(struct scene *c)
{
	const struct snapshot *s = c->s;
	struct loop l;

	if (!s->data_gpa || !s->have_data)
		return false;
	if (s->halted || halting_in_vain(s))
		snprintf(c->u, sizeof(c->u), "waits in HALT");
	else if (looping(s, &l) && !l.irq_off)
		snprintf(c->u, sizeof(c->u), "loops, waiting with interrupts on,");
	else
		return false;
	return true;
}

/* --- Interrupts --------------------------------------------------------------------- */

static bool blocked(const struct snapshot *s, u32 irq)
{
	return s->data.blocked_interrupts >> irq & 1;
}

static bool has_gate(const struct snapshot *s, u32 irq)
{
	return s->idt[LG_FIRST_IRQ_VECTOR + irq].present;
}

static bool deliverable(const struct snapshot *s, u32 irq)
{
	return irq < LG_IRQS && !blocked(s, irq) && has_gate(s, irq);
}

/* A new device is nobody's reason to wait. */
static bool pending(const struct snapshot *s, u32 irq)
{
	return irq != LG_IRQ_CONFIG && s->irqs >> irq & 1;
}

/* The one it waits for, if nothing that is pending can be delivered. */
static bool stuck_irq(struct scene *c, bool (*why)(const struct snapshot *, u32))
{
	for (u32 irq = 0; irq < LG_IRQS; irq++)
		if (pending(c->s, irq) && deliverable(c->s, irq))
			return false;
	for (u32 irq = 0; irq < LG_IRQS; irq++) {
		if (!pending(c->s, irq) || !why(c->s, irq))
			continue;
		c->a = irq;
		c->b = irq + LG_FIRST_IRQ_VECTOR;
		irq_words(c->s, irq, c->t);
		return true;
	}
	return false;
}

static bool no_gate(const struct snapshot *s, u32 irq)
{
	return !blocked(s, irq) && !has_gate(s, irq);
}

static bool by_64(const struct snapshot *s, u32 irq)
{
	return s->idt[irq + 64].present && irq + 64 != s->syscall_vec;
}

/* A gate where it would be if irq n were vector n, or 64 + n. */
static bool off_by_32(const struct snapshot *s, u32 irq)
{
	return no_gate(s, irq) && (s->idt[irq].present || by_64(s, irq));
}

static u32 misplaced(const struct snapshot *s, u32 irq)
{
	return by_64(s, irq) ? irq + 64 : irq;
}

/* A queue with buffers out whose interrupt may come.  false: none is left to wait for. */
static bool source(const struct snapshot *s, struct queue *dead)
{
	struct queue q;
	bool found = false;

	dead->gpa = 0;
	for (u32 n = 0; queue_at(s, n, &q); n++) {
		if (!q.outstanding)
			continue;
		if (deliverable(s, q.irq) && !q.silent)
			found = true;
		else if (!dead->gpa)
			*dead = q;
	}
	return found;
}

static bool nothing_pending(const struct snapshot *s)
{
	return !(s->irqs & ~(1u << LG_IRQ_CONFIG));
}

/* --- Rules ---------------------------------------------------------------------------- */

static bool fits_device_broken(struct scene *c)
{
	struct queue q;

	if (!waits(c))
		return false;
	for (u32 n = 0; queue_at(c->s, n, &q); n++) {
		if (!(q.status & LG_DEV_S_NEEDS_RESET))
			continue;
		snprintf(c->t, sizeof(c->t), "%s", device_name(q.type));
		return true;
	}
	return false;
}

static void list_pending(struct scene *c)
{
	char one[TEXT_MAX];
	size_t used = 0;

	c->t[0] = '\0';
	for (u32 irq = 0; irq < LG_IRQS && used < sizeof(c->t) - 40; irq++) {
		if (!pending(c->s, irq))
			continue;
		irq_words(c->s, irq, one);
		snprintf(c->t + used, sizeof(c->t) - used, "%s%.40s", used ? ", " : "pending are ", one);
		used = strlen(c->t);
	}
	if (!used)
		snprintf(c->t, sizeof(c->t), "no interrupt is pending yet");
}

static bool fits_loop_early(struct scene *c)
{
	struct loop l;

	if (c->s->data_gpa || !looping(c->s, &l))
		return false;
	c->a = milliseconds(c->s, l.tsc);
	return true;
}

static bool fits_loop_irq_off(struct scene *c)
{
	struct loop l;

	if (!c->s->have_data || !looping(c->s, &l) || !l.irq_off || c->s->data.irq_enabled)
		return false;
	c->a = milliseconds(c->s, l.tsc);
	c->b = l.low;
	c->c = l.high;
	list_pending(c);
	return true;
}

static bool fits_off_by_32(struct scene *c)
{
	if (!waits(c) || !stuck_irq(c, off_by_32))
		return false;
	c->c = misplaced(c->s, c->a);
	return true;
}

static bool fits_no_gate(struct scene *c)
{
	return waits(c) && stuck_irq(c, no_gate);
}

static bool fits_blocked(struct scene *c)
{
	return waits(c) && stuck_irq(c, blocked);
}

/* Nothing is pending, but what will be cannot be delivered. */
static bool never_bound(struct scene *c, struct queue *q)
{
	if (!waits(c) || !nothing_pending(c->s) || c->s->deadline || source(c->s, q) || !q->gpa)
		return false;
	c->a = q->irq;
	c->b = q->irq + LG_FIRST_IRQ_VECTOR;
	c->c = q->index;
	snprintf(c->t, sizeof(c->t), "%s", device_name(q->type));
	return true;
}

static bool fits_bound_off_by_32(struct scene *c)
{
	struct queue q;

	if (!never_bound(c, &q) || q.irq >= LG_IRQS || !off_by_32(c->s, q.irq))
		return false;
	c->d = misplaced(c->s, q.irq);
	return true;
}

static bool fits_never_bound(struct scene *c)
{
	struct queue q;

	return never_bound(c, &q) && q.irq < LG_IRQS && no_gate(c->s, q.irq);
}

static bool fits_will_be_blocked(struct scene *c)
{
	struct queue q;

	return never_bound(c, &q) && q.irq < LG_IRQS && blocked(c->s, q.irq);
}

static bool fits_silent_queue(struct scene *c)
{
	struct queue q;

	return never_bound(c, &q) && q.silent;
}

/* The clock's event will come, and find no gate. */
static bool fits_clock_dead(struct scene *c)
{
	struct queue q;

	c->b = LG_FIRST_IRQ_VECTOR;
	return waits(c) && nothing_pending(c->s) && c->s->deadline &&
	       !deliverable(c->s, LG_IRQ_CLOCK) && !source(c->s, &q);
}

static bool fits_for_ever(struct scene *c)
{
	struct queue q;

	return c->s->have_devices && waits(c) && nothing_pending(c->s) && !c->s->deadline &&
	       !source(c->s, &q) && !q.gpa;
}

static const struct rule wait[] = {
	{ "device needs reset", fits_device_broken,
	  "the kernel {u} at {eip}, and the {t} device stands still",
	  "its driver broke the rules of the ring (lguest said how when it happened), so the device "
	  "does nothing until it is reset", NULL, "correct the driver", 0 },
	{ "loop before INIT", fits_loop_early,
	  "the kernel loops at {eip} (for {A} ms at least) and has not made LGUEST_INIT",
	  "no interrupt can arrive before that, so nothing ends this loop", NULL,
	  "go on from here, if the loop was the test: the kernel was loaded and entered", 0 },
	{ "loop, interrupts off", fits_loop_irq_off,
	  "the kernel loops at {eip} with interrupts off (for {A} ms at least, from {b} to {c})",
	  "lguest_data.irq_enabled is 0, so no interrupt can end it; {t}",
	  "it waits for what only an interrupt handler changes, or for a lock whose holder it "
	  "interrupted",
	  "set irq_enabled to 0x200 before waiting (and make SEND_INTERRUPTS if irq_pending is set), or "
	  "wait with HALT", 0 },
	{ "off by 32", fits_off_by_32,
	  "the kernel {u} at {eip}; {t} is pending, and vector {B} has no gate",
	  "irq {A} arrives at vector 32 + {A} = {B}; vector {C} has a gate",
	  "interrupt numbers that are off by 32", "make LOAD_IDT_ENTRY({B}, ...)", 0 },
	{ "no gate for irq", fits_no_gate,
	  "the kernel {u} at {eip}; {t} is pending, and vector {B} has no gate",
	  "irq {A} arrives at vector 32 + {A} = {B}", NULL, "make LOAD_IDT_ENTRY({B}, ...)", 0 },
	{ "blocked", fits_blocked, "the kernel {u} at {eip}; {t} is pending and blocked",
	  "bit {A} of lguest_data.blocked_interrupts is set", "it was never unmasked",
	  "clear bit {A} (and make SEND_INTERRUPTS)", 0 },
	{ "bound off by 32", fits_bound_off_by_32,
	  "the kernel {u} at {eip} for the {t} device (queue {C}), whose irq {A} has no gate",
	  "irq {A} arrives at vector 32 + {A} = {B}; vector {D} has a gate",
	  "interrupt numbers that are off by 32", "make LOAD_IDT_ENTRY({B}, ...)", 0 },
	{ "never bound", fits_never_bound,
	  "the kernel {u} at {eip} for the {t} device (queue {C}), whose irq {A} has no gate",
	  "irq {A} arrives at vector 32 + {A} = {B}", "the interrupt number was not read from the device's "
	  "lg_vqconfig", "make LOAD_IDT_ENTRY({B}, ...)", 0 },
	{ "will be blocked", fits_will_be_blocked,
	  "the kernel {u} at {eip} for the {t} device (queue {C}), whose irq {A} is blocked",
	  "bit {A} of lguest_data.blocked_interrupts is set", "it was never unmasked", "clear bit {A}", 0 },
	{ "silent queue", fits_silent_queue,
	  "the kernel {u} at {eip} for the {t} device (queue {C}), whose interrupts it turned off",
	  "the flags of the avail ring hold NO_INTERRUPT (1)", NULL,
	  "clear the flag, then look at the used ring once more, then wait", 0 },
	{ "clock has no gate", fits_clock_dead,
	  "the kernel {u} at {eip} for the clock, whose irq 0 cannot be delivered",
	  "vector {B} has no gate, or bit 0 of lguest_data.blocked_interrupts is set", NULL,
	  "make LOAD_IDT_ENTRY({B}, ...) and clear bit 0", 0 },
	{ "for ever", fits_for_ever, "the kernel {u} at {eip} for ever",
	  "no clock event is armed, no interrupt is pending and no device has a buffer to answer",
	  "SET_CLOCKEVENT or NOTIFY that was never made, or the last of them answered",
	  "arm the clock or give a device a buffer first, or end with SHUTDOWN", 0 },
};
const struct rules rules_wait = RULES(wait);
