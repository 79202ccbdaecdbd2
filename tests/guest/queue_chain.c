/* Chains of many pieces, reset and a second start, used ring and interrupt: the console's rings at work. */
/* expect: status=0 stdout~"one two three.*again.*PASS" */
#include "queue.h"

static volatile unsigned interrupts;

static void fired(struct trap_frame *f)
{
	(void)f;
	interrupts++;
}

static uint32_t text(const char *s)
{
	uint32_t gpa = t_page();

	memcpy(va(gpa), s, strlen(s));
	return gpa;
}

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	on_trap(LG_FIRST_IRQ_VECTOR + t_transmit.irq, fired);
	t_describe(&t_transmit, 7, text("one "), 4, LG_VRING_DESC_NEXT, 200);
	t_describe(&t_transmit, 200, text("two "), 4, LG_VRING_DESC_NEXT, 0);
	t_describe(&t_transmit, 0, text("three\n"), 6, 0, 0);
	t_offer(&t_transmit, 7);
	t_kick(&t_transmit);
	ok(t_wait_used(&t_transmit, 1), "used");
	is(t_transmit.used->ring[0].id, 7, "its first descriptor");
	irq_on();
	for (uint64_t end = rdtsc() + 3000000000ull; !interrupts && rdtsc() < end; )
		__asm__ volatile("pause");
	ok(interrupts >= 1, "an interrupt said so");
	irq_off();

	t_console->status = 0;
	hcall(LHCALL_NOTIFY, pa(t_console), 0, 0, 0);
	memset(va(t_transmit.gpa), 0, 3 * LG_PAGE_SIZE);
	t_start_console();
	t_describe(&t_transmit, 3, text("again\n"), 6, 0, 0);
	t_offer(&t_transmit, 3);
	t_kick(&t_transmit);
	ok(t_wait_used(&t_transmit, 1), "used after a reset");
	is(t_transmit.used->ring[0].id, 3, "its first descriptor");
	t_done();
}
