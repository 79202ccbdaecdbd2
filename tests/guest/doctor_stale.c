/* --doctor: a present entry is changed without a word and the old page used: both places are named. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: stale translation used: the page at 0x20300000 was accessed through gpa 0x[0-9a-f]+, the page tables say gpa 0x[0-9a-f]+, and nothing was flushed in between.* changed by 0x[0-9a-f]+ t_map\+.* change.*used by    0x[0-9a-f]+ use.*fix: .*SET_PTE.*the page tables say read-only.*not present.*written through.*entries from gpa 0x[0-9a-f]+ on were changed.*doctor: 6 findings" */
#include "t.h"

#define GVA	(T_FREE + 0x300000)

static __attribute__((noinline)) void change(uint32_t pgdir, uint32_t gva, uint32_t pte)
{
	t_map(pgdir, gva, pte);
}

static __attribute__((noinline)) uint32_t use(uint32_t gva)
{
	return RD(*(uint32_t *)gva);
}

static void flush(void)
{
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
}

/* Five more mistakes, at five more places. */
static void replaced(uint32_t gpa)
{
	t_map(T_PGDIR, GVA, gpa | P | W | U);
	RD(*(uint32_t *)GVA) = 1;
	change(T_PGDIR, GVA, (gpa + LG_PAGE_SIZE) | P | W | U);
	is(use(GVA), 0, "the tables are obeyed in the end");
	flush();
}

static void protected(uint32_t gpa)
{
	RD(*(uint32_t *)GVA) = 2;
	*t_pte(T_PGDIR, GVA) = (gpa + LG_PAGE_SIZE) | P | U;
	is(use(GVA), 2, "reading is not forbidden");
	t_poke(GVA, 3);
	is(t_trap, 14, "writing is, now");
	flush();
}

static void unmapped(uint32_t gpa)
{
	t_map(T_PGDIR, GVA, gpa | P | W | U);
	use(GVA);
	*t_pte(T_PGDIR, GVA) = 0;
	t_peek(GVA);
	is(t_trap, 14, "gone");
	flush();
}

/* A whole table goes, by its directory entry. */
static void table_gone(uint32_t gpa)
{
	uint32_t *pde = (uint32_t *)va(T_PGDIR) + (GVA >> 22), old = *pde;

	t_map(T_PGDIR, GVA, gpa | P | W | U);
	RD(*(uint32_t *)GVA) = 4;
	*pde = 0;
	t_poke(GVA, 5);
	is(t_trap, 14, "its table is gone");
	*pde = old;
	flush();
}

/* The tables of a directory that is not the current one. */
static void elsewhere(uint32_t gpa)
{
	uint32_t other = t_directory();

	t_map(other, GVA, gpa | P | W | U);
	t_switch(other);
	RD(*(uint32_t *)GVA) = 6;
	t_switch(T_PGDIR);
	*t_pte(other, GVA) = (gpa + LG_PAGE_SIZE) | P | W | U;
	t_switch(other);
	RD(*(uint32_t *)GVA) = 7;
	t_switch(T_PGDIR);
	is(*(uint32_t *)va(gpa), 6, "the old page");
}

static void many(uint32_t gpa)
{
	uint32_t *pte = t_pte(T_PGDIR, GVA), n = 8;

	for (uint32_t i = 0; i < n; i++)
		t_map(T_PGDIR, GVA + i * LG_PAGE_SIZE, (gpa + i * LG_PAGE_SIZE) | P | W | U);
	for (uint32_t i = 0; i < n; i++)
		RD(*(uint32_t *)(GVA + i * LG_PAGE_SIZE)) = i;
	__asm__ volatile("rep stosl" : "+D"(pte), "+c"(n) : "a"(0) : "memory");
	t_peek(GVA + 5 * LG_PAGE_SIZE);
	is(t_trap, 14, "gone");
	t_peek(GVA + 6 * LG_PAGE_SIZE);
	flush();
}

int main(void)
{
	uint32_t gpa;

	t_init();
	gpa = t_pages(8, 1);
	replaced(gpa);
	protected(gpa);
	unmapped(gpa);
	table_gone(gpa);
	elsewhere(gpa);
	many(gpa);
	t_done();
}
