/* HALT for a device that broke down. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*the console device stands still" */
/* run: --timeout 0.5 --console none */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, 0xc0400000, 16, 0, 0);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	t_wait_broken();
	RD(lguest_data.blocked_interrupts) = ~0u;
	halt();
	ok(0, "still alive");
	t_done();
}
