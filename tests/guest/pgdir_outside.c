/* A page directory outside guest memory kills the guest. */
/* expect: status=134 stderr~"[Bb]ad (page|pgdir|guest)" */
#include "t.h"

int main(void)
{
	t_init();
	t_switch(0x7ffff000);
	t_peek(T_FREE);
	ok(0, "still alive");
	t_done();
}
