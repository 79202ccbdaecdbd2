/* The text of EXIT by its virtual address. */
/* expect: status=134 stderr~"diagnosis: the kernel gave EXIT the address 0xc04[0-9a-f]+ for the text: .*physical it is 0x004" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_EXIT, 1, (uint32_t)"my last words", 0, 0);
	ok(0, "still alive");
	t_done();
}
