/* SET_PTES takes at most 1024 entries. */
/* expect: status=134 stderr~"SET_PTES|too many|bad" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_PTES, t_pages(4, 1), LG_SET_PTES_MAX + 1, 0, 0);
	ok(0, "still alive");
	t_done();
}
