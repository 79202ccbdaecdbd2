/* There are 32 GDT entries. */
/* expect: status=134 stderr~"gdt|GDT" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_GDT_ENTRY, 32, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
