/* There are two clocks. */
/* expect: status=134 stderr~"clock|CLOCK" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_CLOCK_READ, 9, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
