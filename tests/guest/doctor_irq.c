/* --doctor: an interrupt nobody takes, a handler that is off by 32, one that is blocked, a storm. */
/* run: --doctor --timeout 18 */
/* expect: status=0 stdout~"PASS" stderr~"doctor: interrupt 1 .queue 0 of the console. waits for [0-9]+ ms: its bit in blocked_interrupts is set.*doctor: interrupt 1 .queue 0 of the console. is raised and nobody takes it: no handler is loaded for vector 33 .0x21., but one is for vector 1 *  fix.*LOAD_IDT_ENTRY.32 . n.*doctor: interrupt storm: interrupt 0 .the clock. came 4000 times in a row 1000 ns after SET_CLOCKEVENT.*doctor: 3 findings" */
/* stdin: "hello" */
#include "queue.h"

static volatile unsigned ticks;
static char line[64];

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	hcall(LHCALL_SET_CLOCKEVENT, 1000, 0, 0, 0);	/* it thinks these are us */
}

static void unexpected(struct trap_frame *f)
{
	(void)f;
	panic("no debug trap was wanted");
}

static void wait(uint32_t mega_cycles)
{
	uint64_t end = rdtsc() + mega_cycles * 1000000ull;

	while (rdtsc() < end)
		__asm__ volatile("pause");
}

static void no_gate(unsigned vector)
{
	hcall(LHCALL_LOAD_IDT_ENTRY, vector, 0, 0, 0);
}

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	on_trap(1, unexpected);
	no_gate(LG_FIRST_IRQ_VECTOR + t_receive.irq);
	lguest_data.blocked_interrupts = 1u << t_receive.irq;
	t_describe(&t_receive, 0, pa(line), sizeof(line), LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	irq_on();
	wait(4500);
	lguest_data.blocked_interrupts = 0;
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	lguest_data.blocked_interrupts = 1u << t_receive.irq;
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	tick(NULL);
	while (ticks < 4100)
		;
	t_done();
}
