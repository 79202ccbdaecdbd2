/* .data is cleared by a loop that was meant for .bss. */
/* expect: status=134 stderr~"diagnosis: the kernel.s .data from 0xc040[0-9a-f]+ to 0xc040[0-9a-f]+ is all zeros" */
#include "t.h"

extern char __bss_start[];
static uint32_t *volatile p;

int main(void)
{
	t_init();
	for (p = kit_pgdir; p < (uint32_t *)__bss_start; p++)
		*p = 0;
	__asm__ volatile("int $0x1f; ud2" : : "a"(LHCALL_SHUTDOWN), "b"(0), "c"(99));
	ok(0, "still alive");
	t_done();
}
