/* sti is no way to turn interrupts on. */
/* expect: status=134 stderr~"diagnosis: the kernel executed .sti. at 0xc04[0-9a-f]+ main.*irq_enabled to 0x200.*SEND_INTERRUPTS" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	__asm__ volatile("sti");
	ok(0, "still alive");
	t_done();
}
