/* hlt in user mode, and no handler for #GP. */
/* expect: status=134 stderr~"diagnosis: user code executed the privileged instruction .hlt. at 0x10000000.*LOAD_IDT_ENTRY\(13" */
#include "t.h"

USER(user_hlt, "hlt");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	t_user(user_hlt);
	ok(0, "still alive");
	t_done();
}
