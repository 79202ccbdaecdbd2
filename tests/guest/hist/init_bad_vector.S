/* A system call vector that belongs to somebody else is refused. */
/* expect: status=134 stderr~"bad syscall vector" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	.section .data, "aw"
data:	.fill	1384, 1, 0
	.long	KIT_BASE, LG_TRAP_ENTRY
	.text
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
