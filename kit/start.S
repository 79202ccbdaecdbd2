/* SPDX-License-Identifier: MIT */
/*
 * The first instructions: from linear mode, where every address is its own
 * physical address, to our page directory and the kernel half.
 *
 * Owns the ELF note, the first page directory and both stacks.  Calls main.
 */
#include "kit.h"

#define PA(x)		((x) - KIT_BASE)
#define PDE_FLAGS	(LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_ACCESSED | \
			 LG_PTE_DIRTY | LG_PTE_LARGE)

	.section .text.start, "ax"
	.globl	kit_start
kit_start:
	/* No stack yet, and eip is physical: only PA() addresses until the jump. */
	mov	$PA(kit_stack_top), %esp
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$PA(lguest_data), %ebx
	int	$LG_TRAP_ENTRY
	mov	$LHCALL_NEW_PGTABLE, %eax
	mov	$PA(kit_pgdir), %ebx
	int	$LG_TRAP_ENTRY
	mov	$kit_high, %eax
	jmp	*%eax

kit_high:
	mov	$kit_stack_top, %esp
	/* The identity entry got us here; below KIT_BASE belongs to users now. */
	movl	$0, kit_pgdir + 4 * (KIT_PHYS >> 22)
	mov	$LHCALL_SET_PGD, %eax
	mov	$PA(kit_pgdir), %ebx
	mov	$(KIT_PHYS >> 22), %ecx
	int	$LG_TRAP_ENTRY
	xor	%ebp, %ebp		/* backtraces end here */
	call	main
	call	power_off

/*
 * Static, so that nothing has to be computed in linear mode.  4 MB entries:
 * gpa 0 (boot parameters) and our own image; kit_init adds the other RAM.
 */
	.section .data.pgdir, "aw"
	.balign	LG_PAGE_SIZE
	.globl	kit_pgdir
kit_pgdir:
	.long	0, KIT_PHYS + PDE_FLAGS
	.fill	(KIT_BASE >> 22) - 2, 4, 0
	.long	PDE_FLAGS, KIT_PHYS + PDE_FLAGS
	.fill	1024 - (KIT_BASE >> 22) - 2, 4, 0

	.section .bss.stacks, "aw", @nobits
	.balign	LG_PAGE_SIZE
	.fill	KIT_STACK_SIZE
	.globl	kit_stack_top
kit_stack_top:
	.globl	kit_trap_stack, kit_trap_stack_top
kit_trap_stack:				/* for traps from user mode */
	.fill	KIT_STACK_SIZE
kit_trap_stack_top:

	.section .bss.hypercall_page, "aw", @nobits
	.balign	LG_PAGE_SIZE
	.globl	hypercall_page
hypercall_page:
	.fill	LG_PAGE_SIZE

#ifdef KIT_NATIVE
	.section .note.lguest, "a", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, LG_NOTE_TYPE
1:	.asciz	LG_NOTE_NAME
2:	.balign	4
3:	.long	LG_ABI_VERSION, KIT_BASE, 0x1000, KIT_SYSCALL
	.long	PA(hypercall_page), LG_WISH_GATES
4:
#endif
	.section .note.GNU-stack, "", @progbits
