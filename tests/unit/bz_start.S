/* SPDX-License-Identifier: MIT */
/*
 * What a bzImage begins with, for tests: looks at the boot parameters, brings
 * the kernel (a flat file, made for physical address LOAD) to its place and
 * starts it, with all registers 0, as lguest would.  Runs at 1 MiB.
 */
	.code32
	.text
	.globl	_start
_start:	cld
	cmpl	$0x53726448, 0x202	/* "HdrS": the header is there ... */
	jne	bad
	cmpl	$0x100000, 0x214
	jne	bad
	cmpb	$2, 0x1f1
	jne	bad
	cmpw	$0x207, 0x206		/* ... and what the loader must say */
	jne	bad
	mov	0x211, %al
	and	$0x41, %al
	cmp	$0x41, %al
	jne	bad
	cmpl	$1, 0x23c
	jne	bad
	mov	$kernel, %esi
	mov	$LOAD, %edi
	mov	$(kernel_end - kernel), %ecx
	rep movsb
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%eax, %eax
	mov	$ENTRY, %edx
	movl	%edx, target
	xor	%edx, %edx
	jmp	*target
bad:	ud2
	.balign	4
target:	.long	0
kernel:	.incbin	KERNEL
kernel_end:
	.section .note.GNU-stack, "", @progbits
