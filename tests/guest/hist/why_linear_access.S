/* A variable by its virtual address, before page tables are on. */
/* expect: status=134 stderr~"diagnosis: the kernel used the virtual address 0xc040[0-9a-f]+ at 0x00400000 kit_start.*before the first NEW_PGTABLE: .*physical, and this is at 0x0040" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	kit_pgdir, %eax
	ud2

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
