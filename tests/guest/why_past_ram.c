/* The kernel reads past the end of RAM. */
/* expect: status=134 stderr~"diagnosis: the kernel touched 0xc4400000 at 0xc04[0-9a-f]+ main.*which is physical 0x04400000: RAM ends at 0x04000000" */
/* run: -m 64M */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	RD(*(uint32_t *)va(kit_ram + 0x400000));
	ok(0, "still alive");
	t_done();
}
