/* More pieces of mapping than the host kernel allows: the Host starts over, the guest notices nothing. */
/* run: -m 64M */
#include "t.h"

#define MAPPINGS	70000u
#define PAGES		512u	/* gpa order is scattered, so no two neighbours merge */
#define PAGE_OF(i)	((i) * 7 % PAGES)

int main(void)
{
	uint32_t i, gpa, bad = 0;

	t_init();
	gpa = t_pages(PAGES, 1);
	for (i = 0; i < PAGES; i++)
		*(uint32_t *)va(gpa + i * 4096) = i;
	for (i = 0; i < MAPPINGS; i++)
		t_map(T_PGDIR, T_FREE + i * 4096,
		      (gpa + PAGE_OF(i) * 4096) | P | W | U | A | D);
	for (i = 0; i < MAPPINGS; i++)
		bad += *(volatile uint32_t *)(T_FREE + i * 4096) != PAGE_OF(i);
	is(bad, 0, "all read right");
	for (i = 0; i < 100; i++)
		bad += *(volatile uint32_t *)(T_FREE + i * 4096) != PAGE_OF(i);
	is(bad, 0, "the first ones too, again");
	t_done();
}
