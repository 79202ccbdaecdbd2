/* A selector of the LDT that there is not. */
/* expect: status=134 stderr~"diagnosis: selector 0x0000000c was used at .*LDT" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	__asm__ volatile("mov %0, %%ds" : : "r"(0xc));
	ok(0, "still alive");
	t_done();
}
