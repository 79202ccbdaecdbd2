/* A page table entry for the first page after RAM and devices. */
/* expect: status=134 stderr~"diagnosis: entry 0 of the page table at .* is 0x04100003.*RAM ends at 0x04000000" */
/* run: -m 64M */
#include "t.h"

int main(void)
{
	t_init();
	t_map(T_PGDIR, T_FREE, (kit_ram + LG_DEVICE_PAGES * LG_PAGE_SIZE) | P | W);
	RD(*(uint32_t *)T_FREE);
	ok(0, "still alive");
	t_done();
}
