/* SPDX-License-Identifier: MIT */
/* The program every space runs, as it comes from host/space.lds. */
	.section .rodata
	.globl	space_program, space_program_end
	.balign	8
space_program:
	.incbin	"space"
space_program_end:
	.section .note.GNU-stack, "", @progbits
