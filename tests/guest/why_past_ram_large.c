/* The same below a 4 MB page that begins in RAM. */
/* expect: status=134 stderr~"diagnosis: the kernel touched 0xc4100004 at 0xc04[0-9a-f]+ main.*which is physical 0x04100004: RAM ends at 0x04000000.*the large page" */
/* run: -m 64M */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	RD(*(uint32_t *)va(kit_ram + LG_DEVICE_PAGES * LG_PAGE_SIZE + 4));
	ok(0, "still alive");
	t_done();
}
