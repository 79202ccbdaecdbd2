/* NEW_PGTABLE to a directory that does not map the kernel. */
/* expect: status=134 stderr~"diagnosis: the kernel made NEW_PGTABLE\(0x[0-9a-f]+\), and its code at 0xc04[0-9a-f]+ is not mapped" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_NEW_PGTABLE, t_page(), 0, 0, 0);
	ok(0, "still alive");
	t_done();
}
