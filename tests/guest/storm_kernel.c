/* Hypercalls in the kernel with interrupts on, under a storm of them: results and registers stay right. */
#include "t.h"

#define ROUNDS	20000

uint32_t wrong;
KERNEL(storm,
	"pusha\n mov $" STR(ROUNDS) ", %esi\n"
	"1: lea 1(%esi), %ebx; lea 2(%esi), %ecx; lea 3(%esi), %edx; lea 4(%esi), %edi; lea 5(%esi), %ebp\n"
	"mov $19, %eax; int $0x1f\n"
	"cmp $19, %eax; jne 2f\n"
	"lea 1(%esi), %eax; cmp %eax, %ebx; jne 2f\n"
	"lea 2(%esi), %eax; cmp %eax, %ecx; jne 2f\n"
	"lea 3(%esi), %eax; cmp %eax, %edx; jne 2f\n"
	"lea 4(%esi), %eax; cmp %eax, %edi; jne 2f\n"
	"lea 5(%esi), %eax; cmp %eax, %ebp; jne 2f\n"
	"dec %esi; jnz 1b; jmp 3f\n"
	"2: incl wrong\n"
	"3: popa; ret\n");

static unsigned ticks;

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	hcall(LHCALL_SET_CLOCKEVENT, 9000 + ticks % 32 * 100, 0, 0, 0);
}

int main(void)
{
	unsigned rounds = 0;
	int trap;

	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 10000, 0, 0, 0);
	do
		trap = t_kernel(storm, 0);
	while (trap == NONE && !wrong && ticks < 20 && ++rounds < 100);
	is(trap, NONE, "the loop ended");
	is(wrong, 0, "wrong registers");
	ok(ticks >= 20, "%u ticks", ticks);
	t_done();
}
