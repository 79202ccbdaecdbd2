/* The kit's pages and directories: zeroed, counted, free again; a directory's page reused shows nothing of the old one. */
/* run: -m 12M */
#include "t.h"

#define GVA T_FREE

/* A directory with a page that holds value at GVA, looked at through it. */
static uint32_t with(uint32_t value)
{
	uint32_t pgdir = pgdir_alloc(), page = page_alloc();

	*pgdir_entry(pgdir, GVA, 1) = page | P | W | U;
	*(uint32_t *)va(page) = value;
	t_switch(pgdir);
	is(t_peek(GVA), value, "its own page");
	t_switch(T_PGDIR);
	return pgdir;
}

/* How many pages are free: takes all and gives them back. */
static uint32_t free_pages(void)
{
	static uint32_t taken[1000];
	uint32_t n, i, dirty = 0;

	for (n = 0; n < 1000; n++) {
		taken[n] = page_alloc();
		dirty |= *(uint32_t *)va(taken[n]);
		*(uint32_t *)va(taken[n]) = 0xdeadbeef;
	}
	is(dirty, 0, "pages are zeroed");
	for (i = 0; i < n; i++)
		page_users(taken[i], -1);
	return n;
}

int main(void)
{
	uint32_t a, b, first, n;

	t_init();
	a = page_alloc();
	b = page_alloc();
	ok(a != b && a % LG_PAGE_SIZE == 0, "two pages");
	is(page_users(a, 0), 1, "one user");
	is(page_users(a, 1), 2, "shared");
	is(page_users(a, -1), 1, "no more");
	is(free_pages(), 1000, "pages taken and given back");

	first = with(1);
	is(pgdir_entry(first, 0x70000000, 0), 0, "no table, and none made");
	for (n = 0; n < 2000; n++) {	/* until every page was used again */
		pgdir_free(first);
		first = pgdir_alloc();
		*pgdir_entry(first, GVA, 1) = page_alloc() | P | W | U;
		if (n % 100 == 0) {
			t_switch(first);
			is(t_peek(GVA), 0, "nothing of the old directory");
			t_poke(GVA, n);
			t_switch(T_PGDIR);
		}
	}
	is(page_users(a, 0), 1, "the others are still there");
	is(page_users(b, 0), 1, "both");
	t_done();
}
