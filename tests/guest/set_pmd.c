/* SET_PMD is for PAE guests, which we have none of: refused. */
/* expect: status=134 stderr~"[Bb]ad hypercall|PAE|SET_PMD" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_PMD, T_PGDIR, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
