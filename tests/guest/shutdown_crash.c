/* SHUTDOWN with another text than Power down is a crash. */
/* expect: status=134 stderr~"CRASH.*out of luck" */
#include "t.h"

int main(void)
{
	t_init();
	panic("out of luck");
	ok(0, "still alive");
	t_done();
}
