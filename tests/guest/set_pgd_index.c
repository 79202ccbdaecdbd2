/* A page directory has 1024 entries: SET_PGD of another one kills. */
/* expect: status=134 stderr~"set pgd" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_PGD, T_PGDIR, 1024, 0, 0);
	ok(0, "still alive");
	t_done();
}
