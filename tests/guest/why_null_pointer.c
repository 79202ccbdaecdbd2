/* A null pointer. */
/* expect: status=134 stderr~"diagnosis: the kernel wrote to 0x0000001c at 0xc04[0-9a-f]+ main.*null pointer plus an offset" */
#include "t.h"

static volatile uint32_t *volatile pointer = (uint32_t *)0x1c;

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	*pointer = 1;
	ok(0, "still alive");
	t_done();
}
