/* A trap without an IDT entry kills, naming the trap and where. */
/* expect: status=134 stderr~"diagnosis: the kernel executed ud2 at 0xc04[0-9a-f]+ main.*(unhandled trap 6 at 0xc04)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 6, 0, 0, 0);
	__asm__ volatile("ud2");
	ok(0, "still alive");
	t_done();
}
