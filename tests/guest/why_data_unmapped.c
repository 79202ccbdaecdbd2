/* Page tables that forget a page of the kernel itself. */
/* expect: status=134 stderr~"diagnosis: the kernel touched its own .data at 0xc040[0-9a-f]+ from 0xc04[0-9a-f]+ main.*physical 0x0040[0-9a-f]+" */
#include "t.h"

/* .data of its own pages: nothing else of the kernel goes with it. */
static volatile uint32_t number[1024] __attribute__((aligned(4096))) = {
	0xdeadbeef, 0x12345678, 0x12345678, 0x12345678, 0x12345678, 0x12345678, 0x12345678, 0x12345678
};

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
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	without_data(0);
	number[1]++;
	ok(0, "still alive");
	t_done();
}
