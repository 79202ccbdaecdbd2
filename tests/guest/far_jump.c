/* A kernel may reload cs by a far jump or far return to its nominal selector. */
#include "t.h"

KERNEL(kernel_far_jump, "ljmp $0x61, $1f\n 1: ret\n");
KERNEL(kernel_far_return, "push $0x61; push $1f; lret\n 1: ret\n");
KERNEL(kernel_iret,
	"pushf; push $0x61; push $1f; iret\n 1: ret\n");

int main(void)
{
	t_init();
	is(t_kernel(kernel_far_jump, 0), NONE, "far jump");
	is(t_kernel(kernel_far_return, 0), NONE, "far return");
	is(t_kernel(kernel_iret, 0), NONE, "the iret instruction");
	t_done();
}
