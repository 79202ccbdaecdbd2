/* A directory that was dropped and made anew sees changes of the kernel half that came in between. */
#include "t.h"

#define GVA	(T_KERNEL_FREE + 0x5000)

int main(void)
{
	uint32_t a, b, pgdir, i, bad = 0;

	t_init();
	a = t_page();
	b = t_page();
	*(uint32_t *)va(a) = 0xaaaa;
	*(uint32_t *)va(b) = 0xbbbb;
	t_map(T_PGDIR, GVA, a | P | W);
	for (i = 0; i < 8; i++) {
		uint32_t was = i & 1 ? b : a, now = i & 1 ? a : b;

		pgdir = t_directory();
		t_switch(pgdir);
		bad += *(volatile uint32_t *)GVA != *(uint32_t *)va(was);
		t_switch(T_PGDIR);
		hcall(LHCALL_DROP_PGTABLE, pgdir, 0, 0, 0);
		t_map(T_PGDIR, GVA, now | P | W);
		hcall(LHCALL_SET_PTE, T_PGDIR, GVA, now | P | W, 0);
		memset(va(pgdir), 0, LG_PAGE_SIZE / 4 * 3);
		t_switch(pgdir);
		bad += *(volatile uint32_t *)GVA != *(uint32_t *)va(now);
		t_switch(T_PGDIR);
		hcall(LHCALL_DROP_PGTABLE, pgdir, 0, 0, 0);
	}
	is(bad, 0, "the kernel half is the same everywhere");
	t_done();
}
