/* SHUTDOWN with another text than Power down is a crash. */
/* expect: status=134 stderr~"diagnosis: the kernel stopped itself at .*panic.*called from .*main.*out of luck.*(CRASH.*out of luck)" */
#include "t.h"

int main(void)
{
	t_init();
	panic("out of luck");
	ok(0, "still alive");
	t_done();
}
