/* A privileged instruction, and what a kernel does here instead. */
/* expect: status=134 stderr~"diagnosis: the kernel executed .mov cr3, eax. at 0xc04[0-9a-f]+ main.*make NEW_PGTABLE" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	__asm__ volatile("mov %0, %%cr3" : : "a"(0));
	ok(0, "still alive");
	t_done();
}
