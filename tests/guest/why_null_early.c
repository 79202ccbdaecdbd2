/* A null function pointer in the first lines of a kernel. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to 0x00000000 when it had hardly begun, from 0xc04[0-9a-f]+ main" */
#include "kit.h"

int main(void)
{
	void (*volatile start)(void) = 0;

	start();
	return 0;
}
