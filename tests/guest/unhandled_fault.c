/* A page fault without an IDT entry kills, naming the address. */
/* expect: status=134 stderr~"diagnosis: the kernel read 0x20000123 at 0xc04[0-9a-f]+ main.*do not map that page.*(unhandled trap 14 at 0xc04.*0x20000123)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	__asm__ volatile("mov 0x20000123, %%eax" : : : "eax");
	ok(0, "still alive");
	t_done();
}
