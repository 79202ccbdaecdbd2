/* A SHUTDOWN text outside memory hurts nobody: it counts as none. */
/* expect: status=0 */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SHUTDOWN, 0x7ffffff0, LG_SHUTDOWN_POWEROFF, 0, 0);
	panic("still alive");
}
