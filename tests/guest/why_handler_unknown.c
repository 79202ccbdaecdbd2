/* A trap that nobody can explain, in a kernel with a handler for it. */
/* expect: status=134 stderr~"diagnosis: the kernel stopped itself .*I give up.* in its handler of trap 5 .bound range exceeded., which happened at 0xc04[0-9a-f]+ main" */
#include "kit.h"

static void give_up(struct trap_frame *f)
{
	print("trap %u at 0x%x\n", f->vector, f->eip);
	panic("I give up");
}

int main(void)
{
	static int limits[2];

	kit_init();
	on_trap(5, give_up);
	__asm__ volatile("bound %0, %1" : : "r"(7), "m"(limits));
	return 0;
}
