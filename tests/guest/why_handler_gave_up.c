/* A page fault that the kernel's own handler gives up on: the fault is explained, not the giving up. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to 0x00000000.*, from 0xc04[0-9a-f]+ main.*and then stopped itself: .I give up" */
#include "kit.h"

static void give_up(struct trap_frame *f)
{
	print("trap %u at 0x%x\n", f->vector, f->eip);
	panic("I give up");
}

int main(void)
{
	void (*volatile start)(void) = 0;

	kit_init();
	on_trap(14, give_up);
	start();
	return 0;
}
