/* What was given to the console before EXIT still comes out, all of it. */
/* expect: status=5 stdout~"last words $" */
#include "t.h"

int main(void)
{
	unsigned i;

	t_init();
	console_init(0);
	for (i = 0; i < 200; i++)
		print("%u bottles of beer on the wall\n", 200 - i);
	print("last words\n");
	hcall(LHCALL_EXIT, 5, 0, 0, 0);
	panic("still alive");
}
