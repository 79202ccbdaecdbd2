/* Software bits and Global in entries are ignored; a PAT bit in a table entry kills. */
/* expect: status=134 stdout~"global.*software" stderr~"diagnosis: entry [0-9]+ of the page table.*flags 0x00000080 are not allowed.*(bad page table entry)" */
#include "t.h"

int main(void)
{
	uint32_t gpa;

	t_init();
	gpa = t_page();
	*(uint32_t *)va(gpa) = 0x77;
	t_map(T_PGDIR, T_FREE, gpa | P | W | U | LG_PTE_GLOBAL);
	is(t_peek(T_FREE), 0x77, "global");
	t_map(T_PGDIR, T_FREE + 4096, gpa | P | W | U | 0xe00);
	is(t_peek(T_FREE + 4096), 0x77, "software bits");
	t_map(T_PGDIR, T_FREE + 8192, gpa | P | W | U | 0x80);
	t_peek(T_FREE + 8192);
	ok(0, "still alive");
	t_done();
}
