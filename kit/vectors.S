/* SPDX-License-Identifier: MIT */
/*
 * Trap entries and the way back.  Each vector's entry makes the stack look
 * like struct trap_frame, whether the CPU pushed an error code or not.
 * Segment registers need no care: the Host sets ds, es and ss both ways.
 */
#include "kit.h"

	.text
	.balign	16
	.globl	kit_stubs
kit_stubs:
	.set	n, 0
	.rept	LG_IDT_ENTRIES
	.balign	16
	.if	n == 8 || (n >= 10 && n <= 14) || n == 17
	.else
	push	$0			/* where the others have an error code */
	.endif
	push	$n
	jmp	kit_trap_common
	.set	n, n + 1
	.endr

kit_trap_common:
	pusha
	cld
	push	%esp			/* struct trap_frame * */
	call	kit_trap
	add	$4, %esp
	.globl	kit_trap_return
kit_trap_return:
	popa
	add	$8, %esp		/* vector, error code */
#ifdef KIT_NATIVE
	jmp	hypercall_page + LG_HCALL_SLOT_SIZE * LHCALL_IRET
#else
	jmp	kit_iret

	/*
	 * irq_enabled must become what the frame says, but an interrupt that
	 * came between that and iret would find the old frame still on the
	 * stack: the Host delivers none while eip is in section .text.noirq.
	 */
	.section .text.noirq, "ax"
kit_iret:
	push	%eax
	mov	12(%esp), %eax
	and	$LG_EFLAGS_IF, %eax
	mov	%eax, lguest_data	/* irq_enabled is its first word */
	pop	%eax
	iret
#endif
	/*
	 * kit_switch(&save, sp): keeps what a C function may not lose on this
	 * stack, notes where, and goes on with what was kept on the other.
	 */
	.text
	.globl	kit_switch
kit_switch:
	mov	4(%esp), %eax
	mov	8(%esp), %edx
	push	%ebp
	push	%ebx
	push	%esi
	push	%edi
	mov	%esp, (%eax)
	mov	%edx, %esp
	pop	%edi
	pop	%esi
	pop	%ebx
	pop	%ebp
	ret
	.section .note.GNU-stack, "", @progbits
