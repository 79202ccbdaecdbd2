/* .data is cleared by a loop that was meant for .bss. */
/* expect: status=134 stderr~"diagnosis: the kernel.s .data from 0xc040[0-9a-f]+ to 0xc040[0-9a-f]+ is all zeros" */
#include "t.h"

static uint32_t *volatile p, *end;

int main(void)
{
	t_init();
	end = (uint32_t *)(((uint32_t)kit_trap_stack - KIT_STACK_SIZE) & ~0xfffu);
	t_switch(t_directory());
	for (p = kit_pgdir; p < end; p++)
		*p = 0;
	hcall_trap(LHCALL_SHUTDOWN, pa("lost"), LG_SHUTDOWN_POWEROFF, 0, 0);
	ok(0, "still alive");
	t_done();
}
