/* Hypercalls from 32 on need the note; without it they do not exist. */
/* expect: status=134 stderr~"[Bb]ad hypercall" */
#include "t.h"

int main(void)
{
	t_init();
	hcall_trap(LHCALL_EXIT, 0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
