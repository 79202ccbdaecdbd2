/* An IDT entry must be a 32-bit interrupt or trap gate. */
/* expect: status=134 stderr~"diagnosis: the kernel made LOAD_IDT_ENTRY at .*refused it.*a task gate.*(bad IDT type)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 3, LG_KERNEL_CS << 16, 0x8000 | 5 << 8, 0);
	ok(0, "still alive");
	t_done();
}
