/* A hypercall number far outside the page kills the guest too. */
/* expect: status=134 stderr~"[Bb]ad hypercall" */
#include "t.h"

int main(void)
{
	t_init();
	hcall_trap(0x80000001, 0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
