/* SPDX-License-Identifier: MIT */
/*
 * A kernel image for the unit tests of debug/: it is never run.  The tests
 * build the stack that its functions would have left and ask for a backtrace.
 * Offsets are written down in debug_symbols.c.
 */
	.cfi_sections .debug_frame
	.text
	.globl outer, middle, inner, start, bare, lost
	.type outer, @function
	.type middle, @function
	.type inner, @function
	.type start, @function
	.type bare, @function
	.type lost, @function

outer:					/* 0x00 */
	.cfi_startproc
	push %ebx
	.cfi_def_cfa_offset 8
	.cfi_offset ebx, -8
	sub $0x14, %esp
	.cfi_def_cfa_offset 0x1c
	call middle
	add $0x14, %esp			/* 0x09 */
	.cfi_def_cfa_offset 8
	pop %ebx
	ret
	.cfi_endproc
	.size outer, . - outer

	.org 0x40, 0x90
middle:					/* 0x40 */
	.cfi_startproc
	push %ebp
	.cfi_def_cfa_offset 8
	.cfi_offset ebp, -8
	mov %esp, %ebp
	.cfi_def_cfa_register ebp
	push %edi
	sub $8, %esp
	call inner
	nop				/* 0x4c */
	leave
	ret
	.cfi_endproc
	.size middle, . - middle

	.org 0x80, 0x90
inner:					/* 0x80 */
	.cfi_startproc
	sub $0xc, %esp
	.cfi_def_cfa_offset 0x10
	ud2				/* 0x83 */
	.cfi_endproc
	.size inner, . - inner

	.org 0xc0, 0x90
start:					/* 0xc0: nobody called it */
	.cfi_startproc
	.cfi_undefined eip
	call outer
	nop				/* 0xc5 */
	.cfi_endproc
	.size start, . - start

	.org 0x100, 0x90
bare:					/* 0x100: a frame pointer and no CFI */
	push %ebp
	mov %esp, %ebp
	mov %eax, %cr3			/* 0x103 */
	.size bare, . - bare

	.org 0x140, 0x90
lost:					/* 0x140: neither */
	hlt
	.size lost, . - lost
