/* A division by zero without a handler. */
/* expect: status=134 stderr~"diagnosis: the kernel executed .div ecx. at 0xc04[0-9a-f]+ main.*divisor is 0" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 0, 0, 0, 0);
	__asm__ volatile("xor %%edx, %%edx; div %0" : : "c"(0), "a"(1) : "edx");
	ok(0, "still alive");
	t_done();
}
