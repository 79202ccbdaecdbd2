/* The gate of the page fault leads to a physical address. */
/* expect: status=134 stderr~"diagnosis: a page fault went to its handler at 0x0040[0-9a-f]+.*gate of vector 14 leads to an address that is not mapped" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, LG_KERNEL_CS << 16 | (pa(kit_stubs) & 0xffff),
	      (pa(kit_stubs) & 0xffff0000) | 0x8e00, 0);
	RD(*(uint32_t *)T_FREE);
	ok(0, "still alive");
	t_done();
}
