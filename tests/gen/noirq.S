/* SPDX-License-Identifier: MIT */
/*
 * 4.0: noirq_iret is the address of a loop, and on the stack is the frame an iret
 * there would use.  The clock's handler has to find that frame, and the flags in
 * it, instead of a new one; so we come out of the loop behind it.
 */
#define PA(x)	((x) - 0xc0000000)
#define RESUME	PA(resume)

	.section .text.start, "ax"
	.globl	start
start:
	mov	$PA(stack), %esp
	mov	$1, %eax			/* LGUEST_INIT */
	mov	$PA(data), %ebx
	int	$0x1f
	mov	$6, %eax			/* LOAD_IDT_ENTRY */
	mov	$32, %ebx
	mov	$PA(handler), %ecx
	mov	%ecx, %edx
	and	$0xffff, %ecx
	or	$0x610000, %ecx
	and	$0xffff0000, %edx
	or	$0x8e00, %edx
	int	$0x1f
	mov	$9, %eax			/* SET_CLOCKEVENT: 5 ms */
	mov	$5000000, %ebx
	int	$0x1f
	push	$0x203				/* IF, and CF to be known by */
	push	$0x61
	push	$RESUME
	movl	$0x200, PA(data)		/* irq_enabled */
	clc
spin:	jmp	spin

handler:
	jnc	fail
	cmpl	$RESUME, (%esp)
	jne	fail
	cmpl	$0, PA(data)			/* an interrupt gate: it is off now */
	jne	fail
	iret

resume:
	cmp	$PA(stack), %esp
	jne	fail
	mov	$2, %eax			/* SHUTDOWN */
	mov	$PA(text), %ebx
	mov	$1, %ecx
	int	$0x1f
fail:	ud2

	.data
text:	.asciz	"Power down"
	.balign	4
data:	.fill	24, 1, 0
	.fill	64, 1, 0xff
	.fill	1376 - 88, 1, 0
	.long	PA(spin), 0xc0000000, 0x80
	.bss
	.balign	4
	.skip	1024
stack:
	.section .note.GNU-stack, "", @progbits
