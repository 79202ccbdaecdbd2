/* kernel_address must not lie in the Host's 4 MB at the top. */
/* expect: status=134 stderr~"bad kernel address" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	movl	$0xffc01000, kernel_address - KIT_BASE
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	.section .data, "aw"
data:	.fill	1384, 1, 0		/* struct lguest_data up to ... */
kernel_address:
	.long	0, KIT_SYSCALL
	.text
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
