/* LOAD_TLS of an address outside guest memory kills. */
/* expect: status=134 stderr~"bad (read|guest)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_TLS, 0x7ffffff0, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
