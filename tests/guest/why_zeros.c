/* A jump into .bss. */
/* expect: status=134 stderr~"diagnosis: the kernel executes .bss, which holds zeros there, at 0xc0[0-9a-f]+, from .*add %al" */
#include "t.h"

static char empty[4096];

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	__asm__ volatile("xor %%eax, %%eax; call *%0" : : "r"(empty) : "eax");
	ok(0, "still alive");
	t_done();
}
