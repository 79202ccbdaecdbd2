/* SPDX-License-Identifier: MIT */
/*
 * Chapter 1: the smallest kernel there is.  If `lguest run` hangs, it works.
 */
	.text
	.globl	start
start:
#if MISTAKE == 1
	/* The pointer should hold an address; nobody has put one there. */
	mov	target, %eax
	jmp	*%eax
	.bss
target:	.long	0
#else
	jmp	start
#endif
