/* A jump into .data. */
/* expect: status=134 stderr~"diagnosis: the kernel executes its own .data, at 0xc0[0-9a-f]+, from 0xc04[0-9a-f]+ main" */
#include "t.h"

static char data[] = { 0x0f, 0x0b, 1 };

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 6, 0, 0, 0);
	((void (*)(void))data)();
	ok(0, "still alive");
	t_done();
}
