/* LGUEST_INIT comes first: any other hypercall before it kills. */
/* expect: status=134 stderr~"diagnosis: the kernel made hypercall 4 .NEW_PGTABLE. at 0x0040000c.*before LGUEST_INIT" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_NEW_PGTABLE, %eax
	mov	$kit_pgdir - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
