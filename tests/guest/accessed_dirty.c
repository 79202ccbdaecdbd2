/* Accessed is set when a page is touched, Dirty when it is written, and not before. */
#include "t.h"

#define GVA	(T_FREE + 0x8000)
#define BITS(i)	(RD(*t_pte(T_PGDIR, GVA + (i) * 4096)) & (A | D))

USER(user_read, "mov (%esi), %eax; int3");
USER(user_write, "mov %eax, (%esi); int3");

static uint32_t gpa;

static void fresh(uint32_t flags)
{
	uint32_t i;

	for (i = 0; i < 8; i++)
		t_map(T_PGDIR, GVA + i * 4096, (gpa + i * 4096) | P | U | flags);
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
}

int main(void)
{
	t_init();
	gpa = t_pages(8, 1);
	fresh(W);
	t_peek(GVA + 4096 * 2);
	is(BITS(2), A, "kernel read");
	is(BITS(1), 0, "not the page below");
	is(BITS(3), 0, "nor the page above");
	t_poke(GVA + 4096 * 2, 1);
	is(BITS(2), A | D, "then written");
	t_poke(GVA + 4096 * 4, 1);
	is(BITS(4), A | D, "kernel write at once");
	is(BITS(3) | BITS(5), 0, "and not its neighbours");

	t_user_frame.esi = GVA + 4096 * 6;
	t_user(user_read);
	is(BITS(6), A, "user read");
	t_user(user_write);
	is(BITS(6), A | D, "user write");
	is(BITS(5) | BITS(7), 0, "and not its neighbours");

	fresh(W);
	is(BITS(2), 0, "cleared by the kernel");
	t_peek(GVA + 4096 * 2);
	is(BITS(2), A, "and set again");
	fresh(0);
	t_poke(GVA, 1);
	is(t_trap, 14, "a refused write");
	is(BITS(0) & D, 0, "makes nothing dirty");
	fresh(W | A | D);
	t_poke(GVA, 7);
	is(t_trap, NONE, "set beforehand");
	is(*(uint32_t *)va(gpa), 7, "works the same");
	ok(kit_pgdir[GVA >> 22] & A, "the directory entry is accessed too");
	t_done();
}
