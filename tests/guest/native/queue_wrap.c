/* A buffer whose end wraps around breaks the queue. */
/* expect: status=0 stdout~"PASS" stderr~"outside memory" */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, 0xfffffff0, 0xffffffff, 0, 0);
	t_transmit.desc[0].addr = 0xfffffffffffffff0ull;
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	ok(t_wait_broken(), "the device wants a reset");
	is(t_transmit.used->idx, 0, "chains used");
	t_done();
}
