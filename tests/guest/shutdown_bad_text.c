/* A SHUTDOWN text outside memory is no way to hurt the Host. */
/* expect: status=134 stderr~"bad (read|guest)|CRASH" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SHUTDOWN, 0x7ffffff0, LG_SHUTDOWN_POWEROFF, 0, 0);
	ok(0, "still alive");
	t_done();
}
