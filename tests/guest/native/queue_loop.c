/* A descriptor chain that bites its tail breaks the queue, not the Launcher's patience. */
/* expect: status=0 stdout~"PASS" stderr~"endless chain" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, t_page(), 16, LG_VRING_DESC_NEXT, 1);
	t_describe(&t_transmit, 1, t_page(), 16, LG_VRING_DESC_NEXT, 0);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	ok(t_wait_broken(), "the device wants a reset");
	is(t_transmit.used->idx, 0, "chains used");
	t_done();
}
