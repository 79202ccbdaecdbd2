/* The kernel half is one for all directories: a change told once is seen in each of them. */
#include "t.h"

#define DIRECTORIES	6
#define GVA		(T_KERNEL_FREE + 0x3000)

static uint32_t pgdir[DIRECTORIES];

static uint32_t page_with(uint32_t value)
{
	uint32_t gpa = t_page();

	*(uint32_t *)va(gpa) = value;
	return gpa;
}

static void see_everywhere(uint32_t value, const char *what)
{
	uint32_t i, bad = 0, seen;

	for (i = 0; i < DIRECTORIES; i++) {
		t_switch(pgdir[i]);
		seen = t_peek(GVA);
		bad += value ? t_trap != NONE || seen != value : t_trap != 14;
	}
	is(bad, 0, what);
}

static void set(uint32_t dir, uint32_t pte)
{
	t_map(T_PGDIR, GVA, pte);	/* the table is shared */
	hcall(LHCALL_SET_PTE, dir, GVA, pte, 0);
}

int main(void)
{
	uint32_t i, one, two;

	t_init();
	one = page_with(1);
	two = page_with(2);
	for (i = 0; i < DIRECTORIES; i++)
		pgdir[i] = t_directory();
	see_everywhere(0, "absent everywhere");
	t_map(T_PGDIR, GVA, one | P | W);
	see_everywhere(1, "new: no call");
	set(pgdir[2], two | P | W);
	see_everywhere(2, "changed through one directory");
	set(T_PGDIR, 0);
	see_everywhere(0, "removed through a directory that is not current");
	set(T_PGDIR, one | P);
	see_everywhere(1, "back, read-only");
	for (i = 0; i < DIRECTORIES; i++) {
		t_switch(pgdir[i]);
		t_poke(GVA, 3);
		is(t_trap, 14, "no write");
	}
	set(T_PGDIR, two | P | W);
	for (i = 0; i < DIRECTORIES; i++) {
		t_switch(pgdir[i]);
		t_poke(GVA, 10 + i);
		is(*(uint32_t *)va(two), 10 + i, "write seen through the linear map");
	}
	t_done();
}
