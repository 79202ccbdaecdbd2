/* A call before there is a stack. */
/* expect: status=134 stderr~"diagnosis: the kernel at 0x00400000 kit_start.*needed a stack .*, and esp is 0x00000000" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	call	1f
1:	ud2

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
