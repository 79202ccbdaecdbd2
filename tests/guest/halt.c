/* HALT sleeps until the clock wakes it and delivers, whatever irq_enabled said; then goes on behind it. */
#include "t.h"

static unsigned count;
static uint32_t in_frame;

static void fired(struct trap_frame *f)
{
	in_frame = f->eflags & LG_EFLAGS_IF;
	count++;
}

int main(void)
{
	uint64_t before, slept;

	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	hcall(LHCALL_SET_CLOCKEVENT, 50000000, 0, 0, 0);
	before = rdtsc();
	halt();
	slept = rdtsc() - before;
	is(count, 1, "woken by the clock, interrupts off or not");
	ok(slept > 30000000, "0x%x cycles in HALT", (uint32_t)slept);
	is(in_frame, LG_EFLAGS_IF, "IF in the frame: HALT enables");
	is(RD(lguest_data.irq_enabled), LG_EFLAGS_IF, "and on after it");
	irq_off();
	hcall(LHCALL_SET_CLOCKEVENT, 1, 0, 0, 0);
	halt();
	is(count, 2, "an event that was due before HALT wakes it too");
	for (int i = 0; i < 200; i++) {
		irq_off();	/* or it may come before we sleep */
		hcall(LHCALL_SET_CLOCKEVENT, 1000 + i * 500, 0, 0, 0);
		halt();
	}
	is(count, 202, "two hundred short sleeps lose none");
	t_done();
}
