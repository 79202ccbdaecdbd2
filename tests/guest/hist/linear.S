/* Linear mode: registers 0, every gva its own gpa and writable, NOTIFY prints, before anything else. */
/* expect: status=0 stdout~"linear PASS $" */
/* run: -m 64M */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	or	%ebx, %eax		/* all general registers are 0 */
	or	%ecx, %eax
	or	%edx, %eax
	or	%esi, %eax
	or	%edi, %eax
	or	%ebp, %eax
	or	%esp, %eax
	jnz	fail
	mov	$0x2000000, %esp	/* half of 64 MB: ordinary memory */
	push	$0x12345678
	cmpl	$0x12345678, 0x1fffffc
	jne	fail
	cmpl	$0x12345678, (%esp)
	jne	fail
	mov	$LHCALL_LGUEST_INIT, %eax
	mov	$data - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	mov	$LHCALL_NOTIFY, %eax
	mov	$linear - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	cmpl	$0x400000, reserve_mem - KIT_BASE
	jne	fail
	mov	$LHCALL_NOTIFY, %eax
	mov	$pass - KIT_BASE, %ebx
	int	$LG_TRAP_ENTRY
	mov	$LHCALL_SHUTDOWN, %eax
	mov	$empty - KIT_BASE, %ebx
	mov	$LG_SHUTDOWN_POWEROFF, %ecx
	int	$LG_TRAP_ENTRY
fail:	ud2

	.data
	.balign	4
data:	.fill	24, 1, 0
	.fill	64, 1, 0xff
	.fill	64 * 20, 1, 0
reserve_mem:
	.long	0, 0, 0, 0, KIT_BASE, KIT_SYSCALL
linear:	.asciz	"linear\n"
pass:	.asciz	"PASS\n"
empty:	.asciz	""
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
