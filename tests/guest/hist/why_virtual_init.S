/* LGUEST_INIT with the virtual address of struct lguest_data. */
/* expect: status=134 stderr~"diagnosis: the kernel gave LGUEST_INIT the address 0xc04[0-9a-f]+ for struct lguest_data: .*physical it is 0x004" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data, %ebx
	int	$LG_TRAP_ENTRY
	ud2

	.section .data, "aw"
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
data:	.fill	24, 1, 0
	.fill	64, 1, 0xff
	.fill	1280, 1, 0
	.long	0, 0, 0, 0, KIT_BASE, KIT_SYSCALL
	.section .note.GNU-stack, "", @progbits
