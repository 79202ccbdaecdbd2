/* Interrupts inside handlers that turned them on again nest, each on the stack of the one before. */
#include "t.h"

#define DEPTH	5

static volatile unsigned depth, deepest, order;
static uint32_t frames[DEPTH + 1];

static void tick(struct trap_frame *f)
{
	unsigned mine = ++depth;

	frames[mine] = (uint32_t)f;
	if (mine > deepest)
		deepest = mine;
	if (mine < DEPTH) {
		hcall(LHCALL_SET_CLOCKEVENT, 200000, 0, 0, 0);
		irq_on();
		while (deepest == mine)
			__asm__ volatile("pause");
		irq_off();
	}
	order += depth == mine;
	depth--;
}

int main(void)
{
	unsigned i, bad = 0;

	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	irq_off();
	hcall(LHCALL_SET_CLOCKEVENT, 200000, 0, 0, 0);
	halt();
	is(deepest, DEPTH, "levels");
	is(order, DEPTH, "left in order");
	is(depth, 0, "all left");
	for (i = 2; i <= DEPTH; i++)
		bad += frames[i] >= frames[i - 1];
	is(bad, 0, "frames go down the stack");
	t_done();
}
