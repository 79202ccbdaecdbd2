/* esp leads nowhere when a trap comes: both are told. */
/* expect: status=134 stderr~"diagnosis: a double fault: first trap 6 \(invalid opcode\) at 0xc04[0-9a-f]+ main.*then the Host could not push its frame at 0x2000[0-9a-f]+" */
#include "t.h"

int main(void)
{
	t_init();
	__asm__ volatile("mov %0, %%esp; ud2" : : "r"(T_FREE + 0x1000));
	ok(0, "still alive");
	t_done();
}
