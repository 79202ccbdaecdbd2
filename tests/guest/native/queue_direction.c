/* A buffer to write into has no place in the output queue. */
/* expect: status=0 stdout~"PASS" stderr~"output queue" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	ok(t_wait_broken(), "the device wants a reset");
	is(t_transmit.used->idx, 0, "chains used");
	t_done();
}
