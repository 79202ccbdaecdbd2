/* A page fault handler that faults. */
/* expect: status=134 stderr~"diagnosis: the handler of vector 14 \(page fault\) causes that trap itself, at 0xc04[0-9a-f]+ .*address 0x20000ff0.*times in a row" */
#include "t.h"

KERNEL(bad_handler, "mov 0x20000ff0, %eax; iret");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, LG_KERNEL_CS << 16 | ((uint32_t)bad_handler & 0xffff),
	      ((uint32_t)bad_handler & 0xffff0000) | 0x8e00, 0);
	RD(*(uint32_t *)T_FREE);
	ok(0, "still alive");
	t_done();
}
