/* SHUTDOWN with reason 1 and no text is an ordinary power-off. */
/* expect: status=0 stdout~"bye" */
#include "t.h"

int main(void)
{
	t_init();
	print("bye\n");
	hcall(LHCALL_SHUTDOWN, pa(""), LG_SHUTDOWN_POWEROFF, 0, 0);
	panic("still alive");
}
