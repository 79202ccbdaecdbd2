/* A directory entry that names no guest memory kills when it is used. */
/* expect: status=134 stderr~"diagnosis: entry [0-9]+ of the page directory.*leads outside memory.*(bad page directory entry)" */
#include "t.h"

int main(void)
{
	t_init();
	kit_pgdir[(T_FREE >> 22) + 1] = 0x7ffff000 | P | W | U;
	t_peek(T_FREE + 0x400000);
	ok(0, "still alive");
	t_done();
}
