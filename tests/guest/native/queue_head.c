/* A first descriptor outside the queue kills. */
/* expect: status=134 stderr~"first descriptor 0xffff" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_offer(&t_transmit, 0xffff);
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, 1);
	ok(0, "still alive");
	t_done();
}
