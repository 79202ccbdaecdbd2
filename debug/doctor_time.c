/* SPDX-License-Identifier: MIT */
/* P:430 The doctor's words about interrupts, time and the stack. */
#include "debug/doctor.h"

#define TWO_32	4.294967296	/* in thousands of millions: seconds taken for 2^32 ns */

static void which(char text[TEXT_MAX], const struct snapshot *s, u32 irq)
{
	char queue[TEXT_MAX];
	const struct lg_doctor *d = lg_doctor(s->lg);

	if (irq == LG_IRQ_CLOCK) {
		snprintf(text, TEXT_MAX, "interrupt 0 (the clock)");
		return;
	}
	for (u32 i = 0; i < LG_DOCTOR_QUEUES; i++)
		if (d->queues[i].num && d->queues[i].irq == irq) {
			snprintf(text, TEXT_MAX, "interrupt %u (%.40s)", irq, doctor_queue(queue, s, i));
			return;
		}
	snprintf(text, TEXT_MAX, "interrupt %u", irq);
}

void no_gate(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];
	u32 irq = f->a % LG_IRQS, vector = LG_FIRST_IRQ_VECTOR + irq;

	which(text, s, irq);
	fprintf(to, "%s is raised and nobody takes it: no handler is loaded for vector %u (0x%x)", text,
		vector, vector);
	if (s->idt[irq].present)
		fprintf(to, ", but one is for vector %u", irq);
	fputc('\n', to);
	if (s->idt[irq].present)
		doctor_fix(to, "interrupt n arrives at vector 32 + n: LOAD_IDT_ENTRY(32 + n, ...)");
	else
		doctor_fix(to, "LOAD_IDT_ENTRY(32 + n, ...) before the device is started, or set the "
			   "interrupt's bit in blocked_interrupts until then");
}

void blocked(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	which(text, s, f->a % LG_IRQS);
	fprintf(to, "%s waits for %u ms: its bit in blocked_interrupts is set (0x%08x)\n", text, f->b,
		s->data.blocked_interrupts);
	doctor_fix(to, "clear the bit when the driver is ready; what was raised meanwhile comes then");
}

void irq_off(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	which(text, s, f->a % LG_IRQS);
	fprintf(to, "%s had to wait for %u ms of computing with interrupts off\n", text, f->b);
	doctor_place(to, s, "since", f->c);
	doctor_fix(to, "set irq_enabled to 0x200 again, and look at irq_pending afterwards "
		   "(SEND_INTERRUPTS); do long work with interrupts on");
}

void spin(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	fprintf(to, "the kernel goes round in a circle with interrupts off: %u ms at 0x%08x ", f->b, f->a);
	print_place(to, s->symbols, f->a);
	fputc('\n', to);
	doctor_fix(to, "nothing that needs an interrupt can end this loop: a lock whose holder was "
		   "interrupted or forgot it, a flag that a handler sets; take such locks with interrupts "
		   "off everywhere, or HALT and wait with them on");
}

void storm(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	which(text, s, f->a % LG_IRQS);
	fprintf(to, "interrupt storm: %s came %u times in a row %u ns after SET_CLOCKEVENT, %u a second\n",
		text, f->d, f->c, f->b);
	doctor_fix(to, "SET_CLOCKEVENT takes nanoseconds from now: 10000000 for a tick of 100 Hz");
}

void idle_irqs(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	which(text, s, f->a % LG_IRQS);
	fprintf(to, "interrupt storm: %s came %u times in a row with nothing new in its queues\n", text, f->b);
	doctor_fix(to, "this is a device's fault, not the guest's: please report it");
}

static bool about(double ratio, double wanted)
{
	return ratio > wanted * 0.97 && ratio < wanted * 1.03;
}

void rate(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	double ratio = f->b ? (double)f->a / f->b : 0;

	(void)s;
	fprintf(to, "the guest's clock runs %.2f times as fast as time: 0x%x (%u) ms of it in %u ms\n", ratio,
		f->a, f->a, f->b);
	if (about(ratio, TWO_32))
		doctor_fix(to, "4.29 is 2^32 / 10^9: lguest_data.time is seconds and nanoseconds, not one "
			   "number of 64 bits: ns = sec * 1000000000 + nsec");
	else if (about(ratio, 1000) || about(ratio, 0.001) || about(ratio, 1000000))
		doctor_fix(to, "a factor of 1000: SET_CLOCKEVENT, lguest_data.time and CLOCK_READ are in "
			   "nanoseconds, tsc_khz is in kHz");
	else
		doctor_fix(to, "count time by lguest_data.time, CLOCK_READ or the TSC (tsc_khz), not by "
			   "ticks; is every tick as long as SET_CLOCKEVENT says?");
}

void stack_overflow(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	(void)s;
	fprintf(to, "kernel stack overflow: esp 0x%08x is 0x%x bytes below the stack 0x%08x - 0x%08x of "
		"SET_STACK\n", f->a, f->b - f->a, f->b, f->c);
	doctor_fix(to, "what lies below is being overwritten: use a bigger stack, smaller local variables "
		   "or less recursion; SET_STACK's third argument is its size in pages");
}
