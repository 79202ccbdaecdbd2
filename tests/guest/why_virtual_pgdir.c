/* NEW_PGTABLE with a virtual address: the report says what it is physically. */
/* expect: status=134 stderr~"diagnosis: the kernel gave NEW_PGTABLE the address 0xc0403000 for the page directory: that is a virtual address.*physical it is 0x00403000" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_NEW_PGTABLE, (uint32_t)kit_pgdir, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
