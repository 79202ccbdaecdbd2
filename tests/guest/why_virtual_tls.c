/* LOAD_TLS with a virtual address. */
/* expect: status=134 stderr~"diagnosis: the kernel gave LOAD_TLS the address 0xc04[0-9a-f]+ for the descriptors.*physical it is 0x004" */
#include "t.h"

static uint32_t tls[6];

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_TLS, (uint32_t)tls, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
