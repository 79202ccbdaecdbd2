/* 4 MB pages in the user half: contents, permissions, Accessed and Dirty, removal. */
#include "t.h"

#define GVA	(T_FREE + 0x800000)
#define PDE	kit_pgdir[GVA >> 22]

USER(user_write, "mov %eax, (%esi); int3");
USER(user_read, "mov (%esi), %ecx; int3");

static void set(uint32_t entry)
{
	PDE = entry;
	hcall(LHCALL_SET_PGD, T_PGDIR, GVA >> 22, 0, 0);
}

int main(void)
{
	uint32_t gpa;

	t_init();
	gpa = t_pages(1024, 1024);
	*(uint32_t *)va(gpa + 0x123000) = 0x123;
	PDE = gpa | P | W | U | LARGE;
	is(t_peek(GVA + 0x123000), 0x123, "kernel reads");
	is(RD(PDE) & (A | D), A, "accessed, not dirty");
	t_user_frame.esi = GVA + 0x3ffffc;
	is(t_user(user_write), 3, "user writes");
	is(RD(PDE) & (A | D), A | D, "dirty");
	is(*(uint32_t *)va(gpa + 0x3ffffc), t_user_frame.eax, "the last word");
	set(gpa | P | U | LARGE);
	is(t_user(user_write), 14, "read-only: user writes");
	is(t_frame.error, PF_USER | PF_WRITE | PF_PRESENT, "error code");
	is(t_cr2, GVA + 0x3ffffc, "cr2");
	set(gpa | P | W | LARGE);
	is(t_user(user_read), 14, "the kernel's: user reads");
	is(t_frame.error, PF_USER | PF_PRESENT, "error code");
	t_poke(GVA + 0x200000, 5);
	is(t_trap, NONE, "the kernel writes");
	set(0);
	t_peek(GVA + 0x123000);
	is(t_trap, 14, "removed");
	t_done();
}
