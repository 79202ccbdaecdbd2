/* SET_PTES from an address outside guest memory kills. */
/* expect: status=134 stderr~"bad read address 0x7ffffff0" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_PTES, 0x7ffffff0, 4, 0, 0);
	ok(0, "still alive");
	t_done();
}
