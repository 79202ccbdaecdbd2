/* EXIT without a text says nothing. */
/* expect: status=3 stderr~"^$" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_EXIT, 3, 0, 0, 0);
	panic("still alive");
}
