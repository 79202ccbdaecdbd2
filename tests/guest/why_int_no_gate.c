/* A system call whose vector has no gate. */
/* expect: status=134 stderr~"diagnosis: user code executed int 0x42 .*no gate.*LOAD_IDT_ENTRY\(66, ...\) with DPL 3" */
#include "t.h"

USER(user_int, "int $0x42");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 0x42, 0, 0, 0);
	t_user(user_int);
	ok(0, "still alive");
	t_done();
}
