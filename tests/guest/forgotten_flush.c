/* A present entry changed without telling: the crash report names the page. */
/* expect: status=134 stderr~"hint: the page at 0x20300000 .*tables now say gpa 0x[0-9a-f]+, and nothing flushed it" */
#include "t.h"

#define GVA	(T_FREE + 0x300000)

int main(void)
{
	uint32_t gpa;

	t_init();
	gpa = t_pages(2, 1);
	t_map(T_PGDIR, GVA, gpa | P | W | U);
	RD(*(uint32_t *)GVA) = 1;
	t_map(T_PGDIR, GVA, (gpa + LG_PAGE_SIZE) | P | W | U);
	if (RD(*(uint32_t *)GVA) == 1)
		panic("a page I had replaced is still there");
	t_ok(0, __LINE__, "the old mapping was gone");
	t_done();
}
