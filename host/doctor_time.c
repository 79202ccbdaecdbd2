/* SPDX-License-Identifier: MIT */
/*
 * H:840 What takes too long or comes too often: interrupts that wait, nobody
 * takes or that never stop, the guest kernel going round in a circle with
 * interrupts off, its stack, its idea of the time.
 *
 * While the guest runs the Launcher kicks it every 10 ms, so we get to see
 * it.  How long it was at something is counted in CPU time: on a busy machine it
 * may not have run at all.  How long an interrupt waited for somebody to want it
 * is counted in real time, and only to the second.
 */
#include "host/doctor_space.h"

#define CLOCK_CPU	2	/* CLOCK_PROCESS_CPUTIME_ID */
#define CLOCK_REAL	1	/* monotonic */
#define MS		1000000u
#define CIRCLE		64u	/* bytes of code that are one place */
#define SAMPLES_MIN	8u	/* kicks at that place */
#define NEAR_BOTTOM	512u
#define BELOW		2048u	/* bytes below its stack where esp is lost */

/* Of this space: CPU time is not comparable between processes. */
static struct {
	u32 eip, ecx, samples;
	u64 since;
} spin;

static struct {
	u32 eip;
	u64 since;		/* CPU time; 0: nothing was refused */
} refused[LG_IRQS];

static u32 last_esp;

static u32 ms(u64 ns)
{
	return (u32)(ns / MS);
}

static bool kernel_deaf(void)
{
	return cpu->initialised && !cpu->regs.user && !gdata->irq_enabled && !cpu->halted;
}

/* --- H:841 Round and round ------------------------------------------------------------ */

/* A long rep does one thing for long, which is not going round in a circle. */
static bool progresses(void)
{
	u8 b;

	return spin.ecx != cpu->regs.ecx && read_virtual(cpu->regs.eip, &b, 1) &&
	       (b == 0xf3 || b == 0xf2);
}

static void look_for_spin(void)
{
	u64 now;

	if (!me.kicked) {
		spin.eip = 0;		/* it did something else meanwhile */
		return;
	}
	now = clock_ns(CLOCK_CPU);
	if (!kernel_deaf() || cpu->regs.eip - spin.eip + CIRCLE > 2 * CIRCLE ||
	    progresses()) {
		spin.eip = cpu->regs.eip;
		spin.ecx = cpu->regs.ecx;
		spin.since = now;
		spin.samples = 0;
		return;
	}
	if (++spin.samples >= SAMPLES_MIN && now - spin.since > LG_DOCTOR_SPIN_NS) {
		struct lg_finding *f = doctor_finding(LG_F_SPIN);

		f->a = cpu->regs.eip;
		f->b = ms(now - spin.since);
		doctor_tell(cpu->regs.eip & ~(CIRCLE - 1));
		spin.since = now;
		memset(refused, 0, sizeof(refused));	/* that is why */
	}
}

/* --- H:842 Interrupts --------------------------------------------------------------------- */

static void wait_of(u32 irq, enum lg_finding_kind kind, u64 ns, u32 eip)
{
	struct lg_finding *f = doctor_finding(kind);

	f->a = irq;
	f->b = ms(ns);
	f->c = eip;
	doctor_tell(kind == LG_F_IRQ_OFF ? eip : irq);
}

/* It could not be delivered: interrupts are off. */
void doctor_refused(u32 irqs)
{
	u32 irq = (u32)__builtin_ctz(irqs);

	if (!refused[irq].since) {
		refused[irq].since = clock_ns(CLOCK_CPU);
		refused[irq].eip = cpu->regs.eip;
	}
}

static void look_at_refused(void)
{
	u64 now = 0;

	if (cpu->initialised && gdata->irq_enabled)
		doc->takes_irqs = 1;
	for (u32 irq = 0; irq < LG_IRQS; irq++) {
		if (!refused[irq].since)
			continue;
		if (!kernel_deaf() || !(cpu->irqs >> irq & 1)) {
			refused[irq].since = 0;
	doc->ungated &= ~(1u << irq);
			continue;
		}
		if (!now)
			now = clock_ns(CLOCK_CPU);
		if (now - refused[irq].since <= LG_DOCTOR_OFF_NS || !doc->takes_irqs || spin.samples >= SAMPLES_MIN)
			continue;
		wait_of(irq, LG_F_IRQ_OFF, now - refused[irq].since, refused[irq].eip);
		refused[irq].since = now;
	}
}

/* Pending, and the guest has blocked it.  The config interrupt need not be wanted. */
static void look_at_blocked(void)
{
	u32 pending = cpu->initialised ? cpu->irqs & gdata->blocked_interrupts : 0;
	u64 now;

	pending &= ~(1u << LG_IRQ_CONFIG);
	if (!pending && !doc->blocked)
		return;
	now = clock_ns(CLOCK_REAL);
	for (u32 irq = 0; irq < LG_IRQS; irq++) {
		if (!(pending >> irq & 1))
			continue;
		if (!(doc->blocked >> irq & 1))
			doc->blocked_since[irq] = now;
		if (now - doc->blocked_since[irq] <= LG_DOCTOR_PENDING_NS)
			continue;
		wait_of(irq, LG_F_BLOCKED, now - doc->blocked_since[irq], 0);
		doc->blocked_since[irq] = now;
	}
	doc->blocked = pending;
}

void doctor_no_gate(u32 irq)
{
	struct lg_finding *f = doctor_finding(LG_F_NO_GATE);

	f->a = irq;
	if (irq != LG_IRQ_CONFIG && !(doc->ungated >> irq & 1))
		doctor_tell(irq);
	doc->ungated |= 1u << irq;
}

/* Has any queue of this interrupt moved?  A sum of indices says so. */
static u32 progress_of(u32 irq)
{
	u32 sum = 1;

	for (u32 i = 0; i < doc->nqueues && i < LG_DOCTOR_QUEUES; i++)
		if (doc->queues[i].irq == irq)
			sum += doc->queues[i].seen_avail + doc->queues[i].seen_used;
	return sum;
}

static void device_interrupt(u32 irq)
{
	u32 sum = progress_of(irq);
	struct lg_finding *f;

	if (sum != doc->progress[irq])
		doc->idle_irqs[irq] = 0;
	doc->progress[irq] = sum;
	if (++doc->idle_irqs[irq] != LG_DOCTOR_IDLE_IRQS)
		return;
	f = doctor_finding(LG_F_IDLE_IRQS);
	f->a = irq;
	f->b = doc->idle_irqs[irq];
	doctor_tell(irq);
}

/* H:843 An interrupt is delivered. */
void doctor_interrupt(u32 irq)
{
	refused[irq].since = 0;
	doc->ungated &= ~(1u << irq);
	doctor_told(irq);
	if (irq != LG_IRQ_CLOCK)
		device_interrupt(irq);
	else if (doc->same_deltas)
		doc->ticks++;
}

/*
 * SET_CLOCKEVENT.  Whoever sleeps for a moment asks for another time at every
 * turn; a tick that is always the same, and so short, is one in the wrong unit.
 */
void doctor_clock_event(u32 delta_ns)
{
	struct lg_finding *f;

	if (delta_ns != doc->clock_delta || delta_ns > LG_DOCTOR_SHORT_NS) {
		doc->clock_delta = delta_ns;
		doc->ticks = 0;
		doc->ticks_since = clock_ns(CLOCK_REAL);
		doc->same_deltas = delta_ns <= LG_DOCTOR_SHORT_NS;
		return;
	}
	if (doc->ticks < LG_DOCTOR_STORM)
		return;
	f = doctor_finding(LG_F_STORM);
	f->a = LG_IRQ_CLOCK;
	f->b = (u32)(doc->ticks * 1000ull / (ms(clock_ns(CLOCK_REAL) - doc->ticks_since) + 1));
	f->c = delta_ns;
	f->d = doc->ticks;
	doctor_tell(LG_IRQ_CLOCK);
	doc->clock_delta = 0;
}

/* --- H:844 The stack ------------------------------------------------------------------------ */

static void overflow(u32 esp, u32 bottom, u32 top)
{
	struct lg_finding *f = doctor_finding(LG_F_STACK);

	f->a = esp;
	f->b = bottom;
	f->c = top;
	doctor_tell(cpu->regs.eip);
}

/*
 * The kernel may run on stacks we know nothing of, so being below the one that
 * SET_STACK named means nothing by itself: but a frame pointer that is still
 * inside does, and so does having just been at the bottom.
 */
static void look_at_stack(void)
{
	u32 top = cpu->sw.esp1, bytes = cpu->stack_pages * LG_PAGE_SIZE;
	u32 esp = cpu->regs.esp, bottom = top - bytes;

	if (cpu->regs.user || !top || !bytes || esp > top)
		return;
	if (esp >= bottom && top - esp > doc->deepest) {
		doc->deepest = top - esp;
		doc->deepest_eip = cpu->regs.eip;
		doc->stack_bytes = bytes;
	} else if (esp < bottom && bottom - esp <= BELOW &&
		   (cpu->regs.ebp - bottom < bytes || last_esp - bottom < NEAR_BOTTOM)) {
		overflow(esp, bottom, top);
	}
	last_esp = esp;
}

/* --- H:845 Time -------------------------------------------------------------------------------- */

/*
 * The guest says what its clock says.  Twice in a row much too fast, or once
 * far too fast or slow: a delay on a busy machine is neither.
 */
void doctor_time(u32 guest_ms)
{
	u64 now = clock_ns(CLOCK_REAL);
	u32 real = ms(now - doc->mark_at), told = guest_ms - doc->mark_ms;

	if (doc->mark_at && real < 1000)
		return;
	if (doc->mark_at && told > real + real / 10 + 100)
		doc->fast++;
	else
		doc->fast = 0;
	if (doc->mark_at && (doc->fast > 1 || told > 2ull * real || told < real / 2)) {
		struct lg_finding *f = doctor_finding(LG_F_RATE);

		f->a = told;
		f->b = real;
		doctor_tell(0);
	}
	doc->mark_at = now;
	doc->mark_ms = guest_ms;
}

/* Everything that is looked at before the guest goes on ... */
void doctor_look(void)
{
	look_for_spin();
	look_at_refused();
	look_at_blocked();
	look_at_stack();
	me.kicked = false;
}

/* ... and now and then while it sleeps. */
u64 doctor_alarm(u64 deadline)
{
	u64 again = clock_ns(CLOCK_REAL) + LG_DOCTOR_PENDING_NS / 4;

	return deadline && deadline < again ? deadline : again;
}

void doctor_halted(void)
{
	doctor_unseen();
	look_at_blocked();
}
