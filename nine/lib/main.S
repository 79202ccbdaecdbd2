/* SPDX-License-Identifier: MIT */
/*
 * The first instruction of a program.  AX holds the address of the Tos
 * structure, the stack argc and argv.  16 words of this frame become the
 * process's private data: the stack is never shared, whatever rfork shares.
 */
	.section .text.start, "ax", @progbits
	.globl _main
	.type _main, @function
_main:
	movl %eax, _tos
	xorl %ebp, %ebp
	subl $64, %esp
	movl %esp, %edi
	movl %edi, _privates
	movl $16, _nprivates
	xorl %eax, %eax
	movl $16, %ecx
	rep stosl
	movl $_fmtextra, fmtextra
	leal 68(%esp), %eax
	pushl %eax
	pushl 68(%esp)
	call main
	pushl $1f
	call exits
1:	.string "main"
	.size _main, . - _main

	.globl setjmp
	.type setjmp, @function
setjmp:
	movl 4(%esp), %eax
	movl %ebx, (%eax)
	movl %esi, 4(%eax)
	movl %edi, 8(%eax)
	movl %ebp, 12(%eax)
	movl %esp, 16(%eax)
	movl (%esp), %edx
	movl %edx, 20(%eax)
	xorl %eax, %eax
	ret

	.globl longjmp
	.type longjmp, @function
longjmp:
	movl 8(%esp), %eax
	movl 4(%esp), %edx
	testl %eax, %eax
	jnz 2f
	incl %eax
2:	movl (%edx), %ebx
	movl 4(%edx), %esi
	movl 8(%edx), %edi
	movl 12(%edx), %ebp
	movl 16(%edx), %esp
	movl 20(%edx), %ecx
	movl %ecx, (%esp)
	ret

	.section .note.GNU-stack, "", @progbits
