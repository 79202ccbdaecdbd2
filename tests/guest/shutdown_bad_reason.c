/* There are two reasons to shut down. */
/* expect: status=134 stderr~"reason|SHUTDOWN|CRASH" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SHUTDOWN, pa("Power down"), 7, 0, 0);
	ok(0, "still alive");
	t_done();
}
