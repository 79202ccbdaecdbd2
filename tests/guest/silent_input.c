/* A kernel asleep until there is input is well. */
/* expect: status=124 stderr~"stopped after" never~"diagnosis" */
/* run: --timeout 0.5 --console none */
#include "queue.h"

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_receive, 0, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	t_describe(&t_receive, 1, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 0);
	t_offer(&t_receive, 1);
	t_kick(&t_receive);
	for (;;)
		halt();
}
