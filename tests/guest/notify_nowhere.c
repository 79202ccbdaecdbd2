/* NOTIFY of an address that is neither RAM nor device kills. */
/* expect: status=134 stderr~"[Bb]ad (NOTIFY|notify|guest|read)" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_NOTIFY, 0xf0000000, 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
