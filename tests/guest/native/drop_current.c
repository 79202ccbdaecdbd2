/* DROP_PGTABLE of the directory in use kills. */
/* expect: status=134 stderr~"current|DROP|in use" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_DROP_PGTABLE, T_PGDIR, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
