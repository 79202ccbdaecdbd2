/* HALT for a device whose interrupt is blocked. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*for the console device \(queue 0\), whose irq [0-9]+ is blocked" */
/* run: --timeout 0.5 --console none */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_receive, 0, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	RD(lguest_data.blocked_interrupts) = 1u << t_receive.irq;
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	halt();
	ok(0, "still alive");
	t_done();
}
