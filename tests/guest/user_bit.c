/* A page is the user's only if both the directory entry and the table entry say so. */
#include "t.h"

#define GVA	(T_FREE + 0x6000)

USER(user_read, "mov (%esi), %eax; int3");

static int read_with(uint32_t pde, uint32_t pte)
{
	uint32_t *dir = &kit_pgdir[GVA >> 22];

	*dir = (*dir & -LG_PAGE_SIZE) | pde;
	t_map(T_PGDIR, GVA, (*t_pte(T_PGDIR, GVA) & -LG_PAGE_SIZE) | pte);
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
	t_user_frame.esi = GVA;
	return t_user(user_read);
}

int main(void)
{
	t_init();
	t_map(T_PGDIR, GVA, t_page());
	is(read_with(P | W | U, P | W | U), 3, "both");
	is(read_with(P | W | U, P | W), 14, "table entry without U");
	is(t_frame.error, PF_USER | PF_PRESENT, "error code");
	is(read_with(P | W, P | W | U), 14, "directory entry without U");
	is(t_frame.error, PF_USER | PF_PRESENT, "error code");
	t_poke(GVA, 1);
	is(t_trap, NONE, "the kernel may");
	is(read_with(P | W, P | W | U), 14, "even after the kernel used it");
	is(read_with(P | U, P | W | U), 3, "directory entry without W: user reads");
	t_poke(GVA, 1);
	is(t_trap, 14, "but nobody writes");
	t_done();
}
