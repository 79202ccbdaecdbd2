/* With irq_enabled 0 an interrupt only sets irq_pending; SEND_INTERRUPTS delivers it, once. */
#include "t.h"

static volatile unsigned count;
static struct trap_frame seen;

static void fired(struct trap_frame *f)
{
	seen = *f;
	t_irq_enabled = RD(lguest_data.irq_enabled);
	count++;
}

/* About a second at most; without hypercalls, which would deliver. */
static int wait_pending(void)
{
	uint64_t end = rdtsc() + 3000000000ull;

	while (!RD(lguest_data.irq_pending) && rdtsc() < end)
		__asm__ volatile("pause");
	return RD(lguest_data.irq_pending) != 0;
}

int main(void)
{
	t_init();
	clock_after(1000000, 0);
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	ok(wait_pending(), "irq_pending is set");
	is(RD(lguest_data.irq_pending), LG_EFLAGS_IF, "to 0x200");
	is(count, 0, "nothing delivered while off");
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	is(count, 0, "a hypercall delivers nothing while off");
	irq_on();
	is(count, 1, "delivered by SEND_INTERRUPTS");
	is(seen.vector, LG_FIRST_IRQ_VECTOR, "vector");
	is(seen.cs, LG_KERNEL_CS, "cs");
	is(seen.eflags & LG_EFLAGS_IF, LG_EFLAGS_IF, "IF in the frame");
	is(t_irq_enabled, 0, "off inside the handler");
	is(RD(lguest_data.irq_enabled), LG_EFLAGS_IF, "on after it");
	is(RD(lguest_data.irq_pending), 0, "nothing pending any more");
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	is(count, 1, "and not again");

	irq_off();
	RD(lguest_data.blocked_interrupts) = 1;
	clock_after(1000000, 0);
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	irq_on();
	for (uint64_t end = rdtsc() + 60000000; rdtsc() < end; )
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	is(count, 1, "a blocked interrupt waits");
	RD(lguest_data.blocked_interrupts) = 0;
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	is(count, 2, "unblocked, it comes");

	irq_off();
	hcall(LHCALL_LOAD_IDT_ENTRY, LG_FIRST_IRQ_VECTOR, 0, 0, 0);
	clock_after(1000000, 0);
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	for (uint64_t end = rdtsc() + 60000000; rdtsc() < end; )
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	kit_gate(LG_FIRST_IRQ_VECTOR, 0xe, 0);
	irq_on();
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	is(count, 3, "without a gate it waits for one");
	t_done();
}
