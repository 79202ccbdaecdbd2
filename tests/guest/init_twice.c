/* A second LGUEST_INIT kills the guest. */
/* expect: status=134 stderr~"diagnosis: the kernel made LGUEST_INIT a second time.*(already have lguest_data)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LGUEST_INIT, pa(&lguest_data), 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
