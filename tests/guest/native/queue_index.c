/* An avail index that jumps further than the queue is long kills. */
/* expect: status=134 stderr~"avail index" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_transmit.avail->idx = 1000;
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, 1);
	ok(0, "still alive");
	t_done();
}
