/* A trap from user mode needs a kernel stack that is mapped. */
/* expect: status=134 stderr~"diagnosis: trap 14 .*came from user mode.*frame cannot be pushed at.*(bad stack page|[Bb]ad address|stack)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, T_FREE + LG_PAGE_SIZE, 1, 0);
	t_user((void *)T_FREE);
	ok(0, "still alive");
	t_done();
}
