/* A jump to a low address in linear mode: zeros are executed up to the data of the image. */
/* expect: status=134 stderr~"diagnosis: the kernel ran into the start of its own image at 0x00403000 from below, and stopped at 0x00403000.*low address" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$zeros - KIT_BASE, %eax
	jmp	*%eax
	.balign	LG_PAGE_SIZE
zeros:	.skip	2 * LG_PAGE_SIZE

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .data.pgdir, "aw"
	ud2
	.section .note.GNU-stack, "", @progbits
