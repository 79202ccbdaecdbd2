/* SPDX-License-Identifier: MIT */
/*
 * 2.6.23: entered right behind the signature, in the kernel half, on page
 * tables of the Launcher that map nothing else.  The ELF header's entry point
 * is of no account: it leads into the weeds.
 */
	.section .text.start, "ax"
	.globl	start
start:
	ud2
	.ascii	"GenuineLguest"
	mov	$boot_stack, %esp
	mov	$1, %eax			/* LGUEST_INIT */
	mov	$guest_data - 0xc0000000, %edx
	int	$0x1f
	xor	%ebp, %ebp
	call	kmain
	ud2

	.bss
	.balign	4096
	.skip	8192
	.globl	boot_stack
boot_stack:
	.section .note.GNU-stack, "", @progbits
