/* A SHUTDOWN text outside guest memory is a crash of its own. */
/* expect: status=134 stderr~"bad read address 0x7ffffff0" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SHUTDOWN, 0x7ffffff0, LG_SHUTDOWN_POWEROFF, 0, 0);
	ok(0, "still alive");
	t_done();
}
