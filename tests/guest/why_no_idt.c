/* A trap before any gate is loaded. */
/* expect: status=134 stderr~"diagnosis: trap 3 \(breakpoint\) happened at 0xc04[0-9a-f]+ main.*no IDT is loaded yet.*LOAD_IDT_ENTRY for every vector" */
#include "kit.h"

int main(void)
{
	__asm__ volatile("int3");
	return 0;
}
