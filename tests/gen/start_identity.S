/* SPDX-License-Identifier: MIT */
/*
 * 2.6.24 - 3.1: we begin with gva = gpa.  INIT tells where the page directory
 * is that says so; its first 32 entries go into the kernel half, and there we
 * jump.
 */
#define KZERO	0xc0000000
#define PA(x)	((x) - KZERO)

	.section .text.start, "ax"
	.globl	start
start:
	mov	$PA(boot_stack), %esp
	mov	$1, %eax			/* LGUEST_INIT */
#if defined(GEN_OLD_REGS)
	mov	$PA(guest_data), %edx
#else
	mov	$PA(guest_data), %ebx
#endif
	int	$0x1f
	mov	PA(guest_data) + GUEST_DATA_PGDIR, %esi
	lea	(KZERO >> 20)(%esi), %edi
	mov	$32, %ecx
	cld
	rep movsl
	mov	$1f, %eax
	jmp	*%eax
1:	add	$KZERO, %esp
	xor	%ebp, %ebp
	call	kmain
	ud2

	.bss
	.balign	4096
	.skip	8192
	.globl	boot_stack
boot_stack:
	.section .note.GNU-stack, "", @progbits
