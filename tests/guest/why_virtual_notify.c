/* NOTIFY with a virtual address. */
/* expect: status=134 stderr~"diagnosis: the kernel gave NOTIFY the address 0xc04[0-9a-f]+ for the ring.*physical it is 0x004" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_NOTIFY, (uint32_t)"hello", 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
