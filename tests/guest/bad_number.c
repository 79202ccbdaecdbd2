/* A hypercall that does not exist kills the guest. */
/* expect: status=134 stderr~"diagnosis: the kernel made hypercall 99 at.*([Bb]ad hypercall)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(99, 0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
