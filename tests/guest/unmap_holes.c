/* Every second page of a big mapping goes: more holes than the host kernel allows pieces. */
/* run: -m 640M */
#include "t.h"

#define PAGES	(0x20000000u / 4096)	/* 512 MiB */

/* Needs no memory of its own: the pages are all of RAM, mapped again. */
int main(void)
{
	uint32_t i, gva, table, stale = 0, wrong = 0;
	uint32_t *pte;

	t_init();
	for (i = 0; i < PAGES; i += 1024) {
		table = t_page();
		((uint32_t *)va(T_PGDIR))[(T_FREE + i * 4096) >> 22] = table | P | W | U | A;
		pte = va(table);
		for (unsigned k = 0; k < 1024; k++)
			pte[k] = (i + k) * 4096 | P | W | U | A | D;
	}
	for (i = 0; i < PAGES; i += 1024)
		(void)*(volatile uint32_t *)(T_FREE + i * 4096);
	for (i = 0; i < PAGES; i += 2) {
		gva = T_FREE + i * 4096;
		*t_pte(T_PGDIR, gva) = 0;
		hcall_async(LHCALL_SET_PTE, T_PGDIR, gva, 0, 0);
	}
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	for (i = 0; i < PAGES; i += 512) {
		t_peek(T_FREE + (PAGES - 2 - i) * 4096);
		stale += t_trap != 14;
		t_peek(T_FREE + (i | 1) * 4096);
		wrong += t_trap != NONE;
	}
	is(stale, 0, "what is gone is gone");
	is(wrong, 0, "what is there is there");
	t_done();
}
