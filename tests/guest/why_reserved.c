/* The top of every address space is the Host's. */
/* expect: status=134 stderr~"diagnosis: the kernel touched 0xfff00000 at 0xc04[0-9a-f]+ main.*last 4 MiB, from 0xffc00000 on" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	RD(*(uint32_t *)0xfff00000);
	ok(0, "still alive");
	t_done();
}
