/* An avail index that jumps further than the queue is long breaks it. */
/* expect: status=0 stdout~"PASS" stderr~"avail index" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_transmit.avail->idx = 1000;
	t_kick(&t_transmit);
	ok(t_wait_broken(), "the device wants a reset");
	is(t_transmit.used->idx, 0, "chains used");
	t_done();
}
