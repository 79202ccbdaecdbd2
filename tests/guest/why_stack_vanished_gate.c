/* The same for a kernel that has no handler for page faults yet. */
/* expect: status=134 stderr~"diagnosis: the kernel made NEW_PGTABLE\(0x[0-9a-f]+\), and its stack at 0x20000[0-9a-f]+ is not mapped" */
#include "t.h"

static uint32_t pgdir;

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_map(T_PGDIR, T_FREE, t_page() | P | W);
	pgdir = t_directory();
	__asm__ volatile("mov %0, %%esp; push $1; int $0x1f; push $1" : :
		"r"(T_FREE + 0x804), "a"(LHCALL_NEW_PGTABLE), "b"(pgdir));
	ok(0, "still alive");
	t_done();
}
