/* EXIT gives lguest's exit status, and its text stands alone on a line of stderr. */
/* expect: status=7 stderr~"(^| )seven of nine $" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_EXIT, 7, pa("seven of nine"), 0, 0);
	panic("still alive");
}
