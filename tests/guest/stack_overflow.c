/* A kernel that runs out of stack dies with a report, it does not hang. */
/* expect: status=134 stderr~"diagnosis: a double fault: first trap 14.*(stack|[Bb]ad address)" */
#include "t.h"

int main(void)
{
	t_init();
	__asm__ volatile("mov %0, %%esp; push $1" : : "r"(T_FREE + 0x1004));
	ok(0, "still alive");
	t_done();
}
