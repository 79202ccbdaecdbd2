/* SPDX-License-Identifier: MIT */
/*
 * From the first instruction to C.  All registers are 0 and there is no
 * stack: that is all we have to bring.  (Flags, segments: as C wants them.)
 */
	.text
	.globl	start
start:
#if MISTAKE != 2
	mov	$stack_top, %esp
#endif
	call	main
1:	jmp	1b

	.bss
	.balign	4096
	.fill	4096
stack_top:
