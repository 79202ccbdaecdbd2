/* SPDX-License-Identifier: MIT */
/* LGUEST_INIT as it should not be: GEN_INIT_REG, GEN_KERNEL_ADDRESS, GEN_VECTOR at their offset. */
	.section .text.start, "ax"
	.globl	start
start:
	mov	$1, %eax
	mov	$INIT_DATA, %INIT_REG
	int	$0x1f
	ud2

	.data
	.globl	data
	.balign	4
data:	.fill	INIT_STATUS, 1, 0
	.fill	64, 1, 0xff
	.fill	INIT_KERNEL_AT - INIT_STATUS - 64, 1, 0
	.long	INIT_KERNEL, INIT_VECTOR
	.fill	512, 1, 0
	.section .note.GNU-stack, "", @progbits
