/* SPDX-License-Identifier: MIT */
/* From the first instruction to C, as in chapter 1. */
	.text
	.globl	start
start:
	mov	$stack_top, %esp
	call	main
1:	jmp	1b

	.bss
	.balign	4096
	.fill	4096
stack_top:
