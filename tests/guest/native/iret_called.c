/* IRET is jumped to; as a hypercall by int it kills. */
/* expect: status=134 stderr~"IRET is jumped to" */
#include "t.h"

int main(void)
{
	t_init();
	hcall_trap(LHCALL_IRET, 0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
