/* NEW_PGTABLE maps another page where the stack was: the return address is gone. */
/* expect: status=134 stderr~"diagnosis: the kernel made NEW_PGTABLE\(0x[0-9a-f]+\), and its stack at 0x20000[0-9a-f]+ became another page: .*it returned to 0x00000000" */
#include "t.h"

static uint32_t pgdir;

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_map(T_PGDIR, T_FREE, t_page() | P | W);
	pgdir = t_directory();
	t_map(pgdir, T_FREE, t_page() | P | W);
	__asm__ volatile("mov %0, %%esp; call 1f\n1: int $0x1f; ret" : :
		"r"(T_FREE + 0x804), "a"(LHCALL_NEW_PGTABLE), "b"(pgdir));
	ok(0, "still alive");
	t_done();
}
