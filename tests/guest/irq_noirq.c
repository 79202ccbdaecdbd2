/* No interrupt while eip is in [noirq_start, noirq_end), even with irq_enabled set; right after, it comes. */
#include "t.h"

static volatile unsigned count;
static uint32_t eip;

/* Placed into the kit's noirq section: spins there for `arg` rounds. */
__asm__(".pushsection .text.noirq, \"ax\"\n"
	"spin_noirq: mov 4(%esp), %ecx\n1: pause; dec %ecx; jnz 1b\n"
	"mov count_at, %eax; mov (%eax), %eax; jmp spin_done\n"
	".popsection\n"
	"spin_done: push %eax; mov $200000000, %ecx\n"
	"1: mov count_at, %edx; cmpl $0, (%edx); jne 2f; pause; dec %ecx; jnz 1b\n"
	"2: pop %eax; ret\n");
extern char spin_noirq[];
volatile unsigned *count_at = &count;
extern uint32_t t_result;

static void fired(struct trap_frame *f)
{
	eip = f->eip;
	count++;
}

int main(void)
{
	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	irq_on();
	is(t_kernel(spin_noirq, 2000000), NONE, "the loop ended");
	is(t_result, 0, "not interrupted inside the range");
	is(count, 1, "but after it");
	ok(eip < (uint32_t)kit_noirq_start || eip >= (uint32_t)kit_noirq_end,
	   "eip 0x%x is outside", eip);
	t_done();
}
