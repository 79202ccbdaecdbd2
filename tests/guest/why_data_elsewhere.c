/* The data segment was loaded to one place and is looked for at another. */
/* expect: status=134 stderr~"diagnosis: the kernel.s .data at 0xc0403000 is not the data of the image: the program header loaded it at physical 0x00403000, but the kernel finds physical 0x[0-9a-f]+ there.*p_vaddr - p_paddr" */
#include "t.h"

/* kit_pgdir comes first in .data. */
#define number kit_pgdir

/* The kernel's 4 MiB, but .data is somewhere else (0: nowhere). */
static void without_data(uint32_t gpa)
{
	uint32_t pgdir = t_directory(), table = t_page(), i;

	for (i = 0; i < 1024; i++)
		((uint32_t *)va(table))[i] = (KIT_PHYS + i * LG_PAGE_SIZE) | P | W | A | D;
	((uint32_t *)va(table))[(uint32_t)&number >> 12 & 1023] =
		gpa ? gpa | P | W : 0;
	((uint32_t *)va(pgdir))[(KIT_BASE + KIT_PHYS) >> 22] = table | P | W;
	hcall_trap(LHCALL_NEW_PGTABLE, pgdir, 0, 0, 0);
}

int main(void)
{
	t_init();
	without_data(t_page());
	if (number[0] != 0xdeadbeef)
		hcall_trap(LHCALL_SHUTDOWN, pa("data is not aligned"), LG_SHUTDOWN_POWEROFF, 0, 0);
	ok(0, "still alive");
	t_done();
}
