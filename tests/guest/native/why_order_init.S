/* A native kernel with the registers of Linux 2.6.25: edx, ebx, ecx. */
/* expect: status=134 stderr~"diagnosis: the kernel made LGUEST_INIT at .*first argument, 0x004[0-9a-f]+, in edx instead of ebx: .*another order" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data - KIT_BASE, %edx
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
	.section .note.lguest, "a", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, LG_NOTE_TYPE
1:	.asciz	LG_NOTE_NAME
2:	.balign	4
3:	.long	LG_ABI_VERSION, KIT_BASE, 0x1000, KIT_SYSCALL, 0, 0
4:
	.section .note.GNU-stack, "", @progbits
