/* Random page tables, random accesses and random flushes in many directories, against a model of what must be seen. */
/* run: -p seed=1 */
/* run: -p seed=2 */
/* run: -p seed=3 --base 64K */
#include "random.h"

#define DIRS	12
#define PAGES	64	/* of user addresses, at GVA */
#define FRAMES	48	/* of memory; word 0 of each tells which it is */
#define GVA	(T_FREE + 0x100000)
#define STEPS	20000

static uint32_t pgdir[DIRS], frames, current;

static uint32_t *entry(uint32_t dir, uint32_t page)
{
	return t_pte(pgdir[dir], GVA + page * LG_PAGE_SIZE);
}

/* A change that is always told, in one of the ways there are. */
static void change(uint32_t dir, uint32_t page)
{
	uint32_t gva = GVA + page * LG_PAGE_SIZE;
	uint32_t pte = frames + random_below(FRAMES) * LG_PAGE_SIZE;
	static struct lg_pte_update update;

	pte |= (random_below(4) ? P : 0) | (random_below(3) ? W : 0) | U;
	pte |= random_below(2) ? A | (pte & W ? D : 0) : 0;
	*entry(dir, page) = pte;
	switch (random_below(dir == current ? 5 : 4)) {
	case 0:
		hcall(LHCALL_SET_PTE, pgdir[dir], gva, pte, 0);
		break;
	case 1:
		hcall_async(LHCALL_SET_PTE, pgdir[dir], gva, pte, 0);
		hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
		break;
	case 2:
		hcall(LHCALL_FLUSH_RANGE, pgdir[dir], gva, LG_PAGE_SIZE, 0);
		break;
	case 3:
		update = (struct lg_pte_update){ pgdir[dir], gva, pte };
		hcall(LHCALL_SET_PTES, pa(&update), 1, 0, 0);
		break;
	default:
		hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	}
}

/* What the tables say must be what an access finds. */
static int look(uint32_t page, int write)
{
	uint32_t gva = GVA + page * LG_PAGE_SIZE, pte = *entry(current, page), seen = 0;
	int allowed = pte & P && (!write || pte & W);

	if (write)
		t_poke(gva + 4, random_state);
	else
		seen = t_peek(gva);
	if (t_trap != (allowed ? NONE : 14))
		return 1;
	if (!allowed)
		return t_cr2 != gva + (write ? 4 : 0) ||
		       t_frame.error != (uint32_t)((pte & P ? PF_PRESENT : 0) | (write ? PF_WRITE : 0));
	pte = *entry(current, page);
	if (!(pte & A) || (write && !(pte & D)))
		return 1;
	if (write)
		return *(volatile uint32_t *)(va(pte & -LG_PAGE_SIZE) + 4) != random_state;
	return seen != ((pte & -LG_PAGE_SIZE) - frames) / LG_PAGE_SIZE;
}

int main(void)
{
	uint32_t i, bad = 0;

	t_init();
	random_seed();
	frames = t_pages(FRAMES, 1);
	for (i = 0; i < FRAMES; i++)
		*(uint32_t *)va(frames + i * LG_PAGE_SIZE) = i;
	for (i = 0; i < DIRS; i++) {
		pgdir[i] = t_directory();
		entry(i, 0);	/* its table */
	}
	t_switch(pgdir[0]);
	for (i = 0; i < STEPS && !bad; i++) {
		uint32_t dir = random_below(DIRS), page = random_below(PAGES);

		switch (random_below(8)) {
		case 0:
			t_switch(pgdir[dir]);
			current = dir;
			break;
		case 1: case 2:
			change(random_below(2) ? dir : current, page);
			break;
		default:
			bad = look(page, random_below(3) == 0);
		}
	}
	is(bad, 0, "the first access that found something else");
	ok(i == STEPS, "after %u steps, in directory %u", i, current);
	t_done();
}
