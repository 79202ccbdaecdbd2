/* LOAD_IDT_ENTRY with its arguments in the order of old. */
/* expect: status=134 stderr~"diagnosis: the kernel made LOAD_IDT_ENTRY at .*first argument, 0x00000030, in edx instead of ebx" */
#include "t.h"

/* Arguments in edx, ebx, ecx, as until Linux 2.6.29. */
static void old_hcall(uint32_t n, uint32_t a, uint32_t b, uint32_t c)
{
	__asm__ volatile("int $0x1f" : "+a"(n) : "d"(a), "b"(b), "c"(c) : "memory");
}

int main(void)
{
	t_init();
	old_hcall(LHCALL_LOAD_IDT_ENTRY, 0x30, 0x610000 + ((uint32_t)kit_stubs & 0xffff),
		  ((uint32_t)kit_stubs & 0xffff0000) | 0x8e00);
	ok(0, "still alive");
	t_done();
}
