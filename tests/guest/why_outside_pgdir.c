/* NEW_PGTABLE with an address outside of RAM. */
/* expect: status=134 stderr~"diagnosis: the kernel gave NEW_PGTABLE the address 0x7ffff000 for the page directory: RAM ends at 0x04000000" */
/* run: -m 64M */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_NEW_PGTABLE, 0x7ffff000, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
