/* The kernel may not write to read-only pages. */
/* expect: status=134 stderr~"diagnosis: the kernel wrote to 0x20000000 at 0xc04[0-9a-f]+ main.*read-only for the kernel too" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_map(T_PGDIR, T_FREE, t_page() | P);
	RD(*(uint32_t *)T_FREE) = 1;
	ok(0, "still alive");
	t_done();
}
