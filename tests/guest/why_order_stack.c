/* SET_STACK with its arguments in the order of old. */
/* expect: status=134 stderr~"diagnosis: the kernel made SET_STACK at .*first argument, 0x00000069, in edx instead of ebx" */
#include "t.h"

/* Arguments in edx, ebx, ecx, as until Linux 2.6.29. */
static void old_hcall(uint32_t n, uint32_t a, uint32_t b, uint32_t c)
{
	__asm__ volatile("int $0x1f" : "+a"(n) : "d"(a), "b"(b), "c"(c) : "memory");
}

int main(void)
{
	t_init();
	old_hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)kit_trap_stack_top, 1);
	ok(0, "still alive");
	t_done();
}
