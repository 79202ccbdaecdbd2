/* A jump to nowhere. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to 0x20001234, from 0xc04[0-9a-f]+ main" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	((void (*)(void))(T_FREE + 0x1234))();
	ok(0, "still alive");
	t_done();
}
