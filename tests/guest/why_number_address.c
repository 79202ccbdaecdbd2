/* A hypercall with an address in eax: its arguments are in the wrong registers. */
/* expect: status=134 stderr~"diagnosis: the kernel made a hypercall at 0xc04.*with 0xc0400000 in eax.*wrong registers" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(0xc0400000, 1, 2, 3, 0);
	ok(0, "still alive");
	t_done();
}
