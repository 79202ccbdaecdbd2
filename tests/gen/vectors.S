/* SPDX-License-Identifier: MIT */
/* Trap entries, the way back, and into user mode and out of it again. */
	.text
	.balign	16
	.globl	stubs
stubs:
	.set	n, 0
	.rept	256
	.balign	16
	.if	n == 8 || (n >= 10 && n <= 14) || n == 17
	.else
	push	$0
	.endif
	push	$n
	jmp	common
	.set	n, n + 1
	.endr

common:
	pusha
	cld
	push	%esp
	call	trap
	add	$4, %esp
back:
	popa
	add	$8, %esp
	/*
	 * The virtual IF is what the frame says; an interrupt between that and
	 * the iret is what noirq_start .. noirq_end, or noirq_iret, is against.
	 */
	push	8(%esp)
	andl	$0x200, (%esp)
	popl	guest_data			/* irq_enabled */
	.globl	noirq_start, noirq_end
noirq_start:
	iret
noirq_end:

/* void enter_user(struct frame *f): returns when leave_user is called. */
	.globl	enter_user, leave_user
enter_user:
	mov	4(%esp), %eax
	push	%ebp
	push	%ebx
	push	%esi
	push	%edi
	mov	%esp, saved_esp
	mov	%eax, %esp
	jmp	back

leave_user:
	mov	saved_esp, %esp
	pop	%edi
	pop	%esi
	pop	%ebx
	pop	%ebp
	ret

	.bss
	.balign	4
saved_esp:
	.skip	4
	.section .note.GNU-stack, "", @progbits
