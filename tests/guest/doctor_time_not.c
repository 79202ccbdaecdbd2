/* --doctor is silent: a tick of 1000 Hz, loops with interrupts on, short ones without, a deep stack, another stack. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: nothing found" never~"circle|storm|overflow|clock|waits" */
#include "queue.h"

static uint8_t stacks[4 * 4096] __attribute__((aligned(4096)));
static volatile unsigned ticks;
static volatile uint32_t sum;
static char line[64];

static void fired(struct trap_frame *f)
{
	(void)f;
	if (++ticks < 500)
		hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
}

static void received(struct trap_frame *f)
{
	(void)f;
}

static __attribute__((noinline)) uint32_t deeper(unsigned n)
{
	volatile uint32_t here[40];

	here[n] = n;
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	return n == 14 ? here[n] : deeper(n + 1) + here[n];
}

static void recurse(void)
{
	sum += deeper(0);
}

static void call_on(uint8_t *top, void (*f)(void))
{
	__asm__ volatile("xchg %0, %%esp\n\tcall *%1\n\txchg %0, %%esp"
			 : "+b"(top) : "r"(f) : "eax", "ecx", "edx", "memory", "cc");
}

/* What the clock says, as the host says it. */
static void mark(void)
{
#ifdef KIT_NATIVE
	volatile struct lguest_data *d = &lguest_data;

	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	hcall(LHCALL_DEBUG_MARK, LG_MARK_TIME, d->time_sec * 1000 + d->time_nsec / 1000000, 0, 0);
#endif
}

/* Off for a while, on for a moment: often, and never long. */
static void busy(void)
{
	for (unsigned i = 0; i < 400; i++) {
		irq_off();
		for (volatile unsigned n = 0; n < 100000; n++)
			;
		irq_on();
		if (i % 8 == 0)
			mark();
	}
}

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	lguest_data.blocked_interrupts = 1u << t_receive.irq;	/* until the handler is there */
	t_describe(&t_receive, 0, pa(line), sizeof(line), LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)(stacks + 3 * 4096), 1, 0);
	call_on(stacks + 3 * 4096, recurse);
	call_on(stacks + 2 * 4096, recurse);	/* the one below: not that one's overflow */
	call_on(stacks + 3 * 4096, recurse);
	on_trap(LG_FIRST_IRQ_VECTOR + t_receive.irq, received);
	lguest_data.blocked_interrupts = 0;
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	busy();
	while (ticks < 500)		/* in one place, with interrupts on */
		;
	t_done();
}
