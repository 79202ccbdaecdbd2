/* A bad number found in the ring kills like one called. */
/* expect: status=134 stderr~"[Bb]ad hypercall" */
#include "t.h"

int main(void)
{
	t_init();
	hcall_async(77, 0, 0, 0, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
