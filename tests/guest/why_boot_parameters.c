/* Boot parameters by their physical address, with page tables on. */
/* expect: status=134 stderr~"diagnosis: the kernel read 0x000002d0 at 0xc04[0-9a-f]+ main.*boot parameters are physically.*read 0xc00002d0" */
#include "t.h"

static uint32_t *volatile where;

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	where = (uint32_t *)LG_BOOT_E820;
	RD(*where);
	ok(0, "still alive");
	t_done();
}
