/* The first kernel of a porter: an endless loop. */
/* expect: status=124 stderr~"stopped after 0.5 s .*diagnosis: the kernel loops at 0x00400000 kit_start.*has not made LGUEST_INIT.*if the loop was the test" */
/* run: --timeout 0.5 */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
1:	jmp	1b

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
