/* The device page has to be mapped by the kernel. */
/* expect: status=134 stderr~"diagnosis: the kernel touched 0x[0-9a-f]+ at 0xc04[0-9a-f]+ main.*physical 0x04000000: the devices.*map them" */
/* run: -m 64M */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	kit_pgdir[(KIT_BASE + kit_ram) >> 22] = 0;
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
	RD(*(uint32_t *)va(kit_ram));
	ok(0, "still alive");
	t_done();
}
