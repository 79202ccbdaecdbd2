/* A next descriptor outside the queue kills. */
/* expect: status=134 stderr~"next descriptor 0x100" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, t_page(), 16, LG_VRING_DESC_NEXT, LG_VRING_NUM);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, 1);
	ok(0, "still alive");
	t_done();
}
