/* --doctor is silent: entries that change with a word, or change nothing, or are not used in between. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: nothing found" never~"stale" */
#include "t.h"

#define GVA	(T_FREE + 0x300000)
#define RW	(P | W | U)

static uint32_t gpa, next;

static void use(void)
{
	RD(*(uint32_t *)GVA) = 1;
}

static void map(uint32_t pte)
{
	*t_pte(T_PGDIR, GVA) = pte;
}

static void set_pte(uint32_t pte)
{
	map(pte);
	hcall(LHCALL_SET_PTE, T_PGDIR, GVA, pte, 0);
}

/* Announced in every way there is. */
static void announced(void)
{
	set_pte(gpa | RW);
	use();
	set_pte(next | RW);
	use();
	map(gpa | RW);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	use();
	map(next | RW);
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
	use();
	map(gpa | RW);
	hcall_async(LHCALL_SET_PTE, T_PGDIR, GVA, gpa | RW, 0);
	use();			/* still in the ring */
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	use();
	map(next | RW);
	hcall(LHCALL_SET_PGD, T_PGDIR, GVA >> 22, 0, 0);
	use();
}

/* Not present to present, more rights, Accessed and Dirty: no word needed. */
static void harmless(void)
{
	set_pte(0);
	map(gpa | P | U);
	is(t_peek(GVA), t_peek(GVA), "readable");
	map(gpa | RW);
	use();
	map(gpa | RW | A);
	use();
	map(gpa | RW);
	use();
}

/* Changed and changed back; changed and told before it is used. */
static void in_time(void)
{
	uint32_t *pte = t_pte(T_PGDIR, GVA);

	use();
	*pte = 0;
	*pte = gpa | RW;
	use();
	for (unsigned i = 0; i < 8; i++)
		t_map(T_PGDIR, GVA + i * LG_PAGE_SIZE, (gpa + i * LG_PAGE_SIZE) | RW);
	for (unsigned i = 0; i < 8; i++)
		RD(*(uint32_t *)(GVA + i * LG_PAGE_SIZE)) = i;
	for (unsigned i = 0; i < 8; i++)
		pte[i] = 0;
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	t_peek(GVA);
	is(t_trap, 14, "gone");
}

/* Made read-only, as fork does, read, and told before the first write. */
static void copy_on_write(void)
{
	set_pte(gpa | RW);
	use();
	map(gpa | P | U);
	t_peek(GVA);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	t_poke(GVA, 2);
	is(t_trap, 14, "read-only");
}

/* Another directory, told while it is away; its pages used for something else later. */
static void elsewhere(void)
{
	uint32_t other = t_directory(), *page = va(t_pages(1, 1));

	t_map(other, GVA, gpa | RW);
	t_switch(other);
	use();
	t_switch(T_PGDIR);
	*t_pte(other, GVA) = next | RW;
	hcall(LHCALL_SET_PTE, other, GVA, next | RW, 0);
	t_switch(other);
	use();
	t_switch(T_PGDIR);
	((uint32_t *)va(other))[GVA >> 22] = 0;
	hcall(LHCALL_SET_PGD, other, GVA >> 22, 0, 0);
	for (unsigned i = 0; i < 1024; i++)
		page[i] = i | P;
}

int main(void)
{
	t_init();
	gpa = t_pages(8, 1);
	next = t_pages(1, 1);
	announced();
	harmless();
	in_time();
	copy_on_write();
	elsewhere();
	t_done();
}
