/* A trap whose gate is missing among others. */
/* expect: status=134 stderr~"diagnosis: the kernel caused trap 3 \(breakpoint\) at 0xc04[0-9a-f]+ main.*none for this vector.*LOAD_IDT_ENTRY\(3," */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 3, 0, 0, 0);
	__asm__ volatile("int3");
	ok(0, "still alive");
	t_done();
}
