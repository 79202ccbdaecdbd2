/* DEBUG_MARK leaves its values in the flight recorder, which a crash report shows. */
/* expect: status=134 stderr~"0xfeedbee" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_DEBUG_MARK, 0xfeedbee, 42, 0, 0);
	panic("look at the marks");
}
