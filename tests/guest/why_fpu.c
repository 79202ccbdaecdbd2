/* An FPU instruction with TS set, and no handler. */
/* expect: status=134 stderr~"diagnosis: an FPU instruction was due at 0x10000000.*TS set.*LOAD_IDT_ENTRY\(7," */
#include "t.h"

USER(user_fpu, "fninit; int3");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 7, 0, 0, 0);
	hcall(LHCALL_TS, 1, 0, 0, 0);
	t_user(user_fpu);
	ok(0, "still alive");
	t_done();
}
