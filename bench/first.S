/* SPDX-License-Identifier: MIT */
/*
 * The smallest guest: its first instructions print a line and power off.  It
 * measures the time from the Launcher's start to the guest's first
 * instruction, which nothing a kernel does at boot is part of.
 */
#include "lguest/abi.h"

	.section .note.lguest, "a", @note
	.long	7, 24, LG_NOTE_TYPE
	.asciz	LG_NOTE_NAME
	.balign	4
	.long	LG_ABI_VERSION
	.long	0xc0000000		/* kernel_base */
	.long	0x400000		/* user_low */
	.long	0x80			/* syscall_vector */
	.long	0			/* hcall_page: none, int $0x1f will do */
	.long	0			/* wish */

	.text
	.globl	_start
_start:	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data, %ebx
	int	$LG_TRAP_ENTRY
	mov	$LHCALL_NOTIFY, %eax
	mov	$line, %ebx
	int	$LG_TRAP_ENTRY
	mov	$LHCALL_EXIT, %eax
	xor	%ebx, %ebx
	xor	%ecx, %ecx
	int	$LG_TRAP_ENTRY
1:	jmp	1b

	.data
line:	.asciz	"BENCH-START\n"

/* struct lguest_data: interrupts off, every ring entry free. */
	.balign	64
data:	.fill	24, 1, 0		/* irq_enabled .. irq_pending */
	.fill	LG_RING_SIZE, 1, LG_RING_FREE
	.fill	LG_RING_SIZE * 20, 1, 0
	.long	0, 0			/* reserve_mem, tsc_khz */
	.long	0, 0			/* noirq_start, noirq_end */
	.long	0xc0000000, 0x80	/* kernel_address, syscall_vec: as in the note */
	.section .note.GNU-stack, "", @progbits
