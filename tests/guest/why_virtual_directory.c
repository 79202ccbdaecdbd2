/* SET_PTE that names the page directory by its virtual address is ignored; the fault that follows says so. */
/* expect: status=134 stderr~"diagnosis: the kernel gave SET_PTE the address 0xc0403000 for the page directory: .*ignored the call.*physical it is 0x00403000" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	hcall(LHCALL_SET_PTE, (uint32_t)kit_pgdir, T_FREE, 0, 0);
	RD(*(uint32_t *)T_FREE);
	ok(0, "still alive");
	t_done();
}
