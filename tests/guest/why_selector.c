/* A selector of another GDT in ds. */
/* expect: status=134 stderr~"diagnosis: selector 0x10 was used at 0xc04[0-9a-f]+ main.*GDT entry 2 is empty.*use 0x61" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	__asm__ volatile("mov %0, %%ds" : : "r"(0x10));
	ok(0, "still alive");
	t_done();
}
