/* Linear mode ends where memory ends: a probe for RAM. */
/* expect: status=134 stderr~"diagnosis: the kernel touched 0x04100000 at 0x00400000 kit_start.*which is physical 0x04100000: RAM ends at 0x04000000.*e820" */
/* run: -m 64M */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	0x4100000, %eax
	ud2

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
