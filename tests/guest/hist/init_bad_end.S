/* All of lguest_data must lie in guest memory, not its start alone. */
/* expect: status=134 stderr~"bad guest page" */
/* run: -m 64M */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$0x4000000 + LG_DEVICE_PAGES * LG_PAGE_SIZE - 64, %ebx
	int	$LG_TRAP_ENTRY
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
