/* User code that loops is stopped by --timeout too. */
/* expect: status=124 stderr~"timeout|timed out" */
/* run: --timeout 1 */
#include "t.h"

USER(user_loop, "1: jmp 1b");

int main(void)
{
	t_init();
	t_user(user_loop);
	t_done();
}
