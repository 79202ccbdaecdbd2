/* SPDX-License-Identifier: MIT */
/*
 * 3.2 and later: gva = gpa without any page tables until the first
 * NEW_PGTABLE.  So we write some: the first 8 MiB, twice.
 */
#define KZERO	0xc0000000
#define PA(x)	((x) - KZERO)
#define FLAGS	7

	.section .text.start, "ax"
	.globl	start
start:
	mov	$PA(boot_stack), %esp
	mov	$1, %eax			/* LGUEST_INIT */
	mov	$PA(guest_data), %ebx
	int	$0x1f
	mov	$PA(boot_tables), %edi
	mov	$FLAGS, %eax
	cld
1:	stosl
#ifdef GEN_PAE
	movl	$0, (%edi)
	add	$4, %edi
#endif
	add	$4096, %eax
	cmp	$0x800000, %eax
	jb	1b
#ifdef GEN_PAE
	mov	$PA(boot_middle), %edi		/* 4 tables of 2 MiB */
	mov	$PA(boot_tables) + FLAGS, %eax
	mov	$4, %ecx
1:	mov	%eax, (%edi)
	add	$8, %edi
	add	$4096, %eax
	loop	1b
	movl	$PA(boot_middle) + 1, PA(boot_directory)
	movl	$PA(boot_middle) + 1, PA(boot_directory) + 24
#else
	movl	$PA(boot_tables) + FLAGS, PA(boot_directory)
	movl	$PA(boot_tables) + 4096 + FLAGS, PA(boot_directory) + 4
	movl	$PA(boot_tables) + FLAGS, PA(boot_directory) + (KZERO >> 20)
	movl	$PA(boot_tables) + 4096 + FLAGS, PA(boot_directory) + (KZERO >> 20) + 4
#endif
	mov	$4, %eax			/* NEW_PGTABLE */
	mov	$PA(boot_directory), %ebx
	int	$0x1f
	mov	$1f, %eax
	jmp	*%eax
1:	add	$KZERO, %esp
	xor	%ebp, %ebp
	call	kmain
	ud2

	.bss
	.balign	4096
boot_directory:
	.skip	4096
#ifdef GEN_PAE
boot_middle:
	.skip	4096
#endif
boot_tables:
	.skip	4 * 4096
	.skip	8192
	.globl	boot_stack
boot_stack:
	.section .note.GNU-stack, "", @progbits
