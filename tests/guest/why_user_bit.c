/* A page of user code without the user bit. */
/* expect: status=134 stderr~"diagnosis: user code at 0x20000000 .user mode. was to run at 0x20000000: the page is mapped, but for the kernel only: the entry in the page table, 0x00[0-9a-f]+, has no user bit" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_map(T_PGDIR, T_FREE, t_page() | P | W);
	t_user((void *)T_FREE);
	ok(0, "still alive");
	t_done();
}
