/* lguest_data must lie in guest memory. */
/* expect: status=134 stderr~"bad guest page" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$0xfffff000, %ebx
	int	$LG_TRAP_ENTRY
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
