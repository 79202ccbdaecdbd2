/* A buffer outside guest memory kills. */
/* expect: status=134 stderr~"outside memory" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, 0x7ffffff0, 4096, 0, 0);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, 1);
	ok(0, "still alive");
	t_done();
}
