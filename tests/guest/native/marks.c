/* 100,000 hypercalls in a storm of them; tests/unit/trace.sh and stat.sh count that none is lost. */
#include "t.h"

#define MARKS	100000

int main(void)
{
	uint32_t i;

	t_init();
	for (i = 0; i < MARKS; i++)
		hcall(LHCALL_DEBUG_MARK, i, ~i, 0, 0);
	ok(i == MARKS, "all made");
	if (*(const char *)va(LG_CMDLINE_GPA) == 's')	/* -p stay: to be looked at */
		for (;;)
			halt();
	t_done();
}
