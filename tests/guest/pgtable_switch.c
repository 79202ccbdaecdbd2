/* Many directories, more than the Host keeps: each always sees its own pages, and the kernel half. */
#include "t.h"

#define DIRECTORIES	100
#define GVA		(T_FREE + 0x9000)

static uint32_t pgdir[DIRECTORIES];

/* Writes to a page of this directory alone, then reads what others wrote. */
static int visit(unsigned i, unsigned round)
{
	volatile uint32_t *own = (uint32_t *)GVA, *shared = (uint32_t *)(GVA + 4096);
	int bad;

	t_switch(pgdir[i]);
	bad = own[0] != i || own[1] != round;
	own[1] = round + 1;
	shared[0]++;
	return bad;
}

int main(void)
{
	uint32_t i, round, bad = 0, common, gpa;

	t_init();
	common = t_page();
	for (i = 0; i < DIRECTORIES; i++) {
		pgdir[i] = t_directory();
		gpa = t_page();
		*(uint32_t *)va(gpa) = i;
		t_map(pgdir[i], GVA, gpa | P | W | U);
		t_map(pgdir[i], GVA + 4096, common | P | W | U);
	}
	for (round = 0; round < 3; round++)
		for (i = 0; i < DIRECTORIES; i++)
			bad += visit(i, round);
	is(bad, 0, "in order, three rounds");
	for (i = 0; i < 300; i++)
		bad += visit(i & 1, 3 + i / 2);
	is(bad, 0, "to and fro between two");
	t_switch(T_PGDIR);
	is(*(uint32_t *)va(common), 3 * DIRECTORIES + 300, "the page all of them share");
	t_peek(GVA);
	is(t_trap, 14, "and the first directory has neither");
	t_done();
}
