/* SPDX-License-Identifier: MIT */
/*
 * Going into code that is expected to trap, and coming back when it did.
 * t_context is the stack to return on; t_leave(vector) returns there.
 */
#include "kit.h"

	.text
	.globl	t_enter_user, t_enter_kernel, t_leave

/* int t_enter_user(const struct trap_frame *f) */
t_enter_user:
	push	%ebp
	push	%ebx
	push	%esi
	push	%edi
	mov	%esp, t_context
	mov	20(%esp), %esi
	sub	$60, %esp		/* a copy below what we must keep */
	mov	%esp, %edi
	mov	$15, %ecx
	rep movsl
	jmp	kit_trap_return

/* int t_enter_kernel(const void *fn, uint32_t arg) */
t_enter_kernel:
	push	%ebp
	push	%ebx
	push	%esi
	push	%edi
	mov	%esp, t_context
	mov	20(%esp), %eax
	push	24(%esp)
	call	*%eax
	mov	%eax, t_result
	mov	$-1, %eax
	jmp	1f

/* void t_leave(int vector) */
t_leave:
	mov	4(%esp), %eax
1:	mov	t_context, %esp
	cld
	pop	%edi
	pop	%esi
	pop	%ebx
	pop	%ebp
	ret

	.comm	t_context, 4, 4
	.comm	t_result, 4, 4
	.section .note.GNU-stack, "", @progbits
