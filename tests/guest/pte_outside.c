/* A page table entry that names no guest memory kills when it is used. */
/* expect: status=134 stderr~"diagnosis: entry [0-9]+ of the page table.*leads outside memory.*(bad page table entry)" */
#include "t.h"

int main(void)
{
	t_init();
	t_map(T_PGDIR, T_FREE, 0x7ffff000 | P | W | U);
	t_peek(T_FREE);
	ok(0, "still alive");
	t_done();
}
