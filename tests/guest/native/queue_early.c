/* A kick before the driver said it is there kills. */
/* expect: status=134 stderr~"before setup" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, 1);
	ok(0, "still alive");
	t_done();
}
