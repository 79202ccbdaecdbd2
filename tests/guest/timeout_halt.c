/* A kernel asleep for ever is stopped by --timeout as well. */
/* expect: status=124 stderr~"timeout|timed out" */
/* run: --timeout 1 */
#include "t.h"

int main(void)
{
	t_init();
	halt();
	t_done();
}
