/* A first descriptor outside the queue breaks it. */
/* expect: status=0 stdout~"PASS" stderr~"first descriptor 0xffff" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_offer(&t_transmit, 0xffff);
	t_kick(&t_transmit);
	ok(t_wait_broken(), "the device wants a reset");
	is(t_transmit.used->idx, 0, "chains used");
	t_done();
}
