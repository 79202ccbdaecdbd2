/* A call through a null pointer. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to 0x00000000, from 0xc04[0-9a-f]+ main" */
#include "t.h"

static void (*volatile function)(void);

int main(void)
{
	int i;

	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	for (i = 0; i < 100; i++)
		kit_gate(0x80, 0xe, 3);
	function();
	ok(0, "still alive");
	t_done();
}
