/* A call by the physical address, with page tables on. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to the physical address 0x0040[0-9a-f]+, from 0xc04[0-9a-f]+ main.*jump to the virtual address, 0xc0[0-9a-f]+ power_off" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	((void (*)(void))pa(power_off))();
	ok(0, "still alive");
	t_done();
}
