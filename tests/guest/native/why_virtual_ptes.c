/* SET_PTES with a virtual address. */
/* expect: status=134 stderr~"diagnosis: the kernel gave SET_PTES the address 0xc04[0-9a-f]+ for the list of entries.*physical it is 0x004" */
#include "t.h"

static struct lg_pte_update update;

int main(void)
{
	t_init();
	hcall(LHCALL_SET_PTES, (uint32_t)&update, 1, 0, 0);
	ok(0, "still alive");
	t_done();
}
