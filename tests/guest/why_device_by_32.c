/* The handler of a device is loaded at vector n, not 32 + n. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*for the console device .*off by 32" */
/* run: --timeout 0.5 --console none */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_receive, 0, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 32 + t_receive.irq, 0, 0, 0);
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	halt();
	ok(0, "still alive");
	t_done();
}
