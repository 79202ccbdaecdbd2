/* A jump to where the kernel is linked, before page tables are on. */
/* expect: status=134 stderr~"diagnosis: the kernel jumped to its virtual address 0xc0400[0-9a-f]+.*before the first NEW_PGTABLE: .*this code is at 0x00400" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$high, %eax
	jmp	*%eax
high:	ud2

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
