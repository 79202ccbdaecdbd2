/* SPDX-License-Identifier: MIT */
/*
 * S:100 The Switcher: the few instructions that cross between Host and Guest.
 *
 * Everything here is 64-bit code.  A guest arrives by a far call (or jump)
 * through selector 0x33 at one of the gates; the registers only 64-bit code
 * has, r8 - r15, are ours to use.  On arrival esp is the guest's (an offset
 * into its stack segment), ds, es and ss still hold the guest's selectors,
 * which 64-bit code ignores, and so do fs and gs, which we never touch.
 *
 * Guest memory is read and written at linear address + base.  It may not be
 * mapped in this space yet: then SIGSEGV comes from one of the instructions
 * between guest_access_start and guest_access_end, the Host fills in the page
 * and the instruction runs again.
 *
 * Kicks.  An interrupt may be raised at any instruction; the kick is a signal.
 * If it arrives while we are here the handler only returns, so before we
 * leave we look at cpu.irqs.  Between that look and the far jump a kick would
 * be lost: for these stretches (X_check .. X_check_end) the handler moves rip
 * to X_again, where every guest register can still be found and saved.
 */
#include "lguest/abi.h"
#include "switcher/gates.h"
#include "switcher/offsets.h"

#define EFLAGS_TF	0x100
#define EFLAGS_AC	0x40000
#define EFLAGS_HOST	0x2		/* no TF, DF, AC: host code is not the guest's to trace */
#define EFLAGS_USER	0x240cd5	/* what IRET may load: ID AC OF DF and the arithmetic ones */

	.section .switcher, "ax", @progbits

/* S:110 One gate for each system call, reached from patched user stubs. */
	.globl	switcher_start
switcher_start:
	.set	n, 0
	.rept	GATE_SYSCALLS
	.org	n * GATE_SYSCALL_SIZE
	mov	$n, %eax
	jmp	syscall_gate
	.set	n, n + 1
	.endr

	.org	GATE_HCALL - GATE_PAGE
	jmp	hcall_gate

	.org	GATE_IRET - GATE_PAGE
	jmp	iret_gate

	.text

.macro SAVE_REGS ecx=%ecx
	mov	%eax, R_EAX(%r15)
	mov	%ebx, R_EBX(%r15)
	mov	\ecx, R_ECX(%r15)
	mov	%edx, R_EDX(%r15)
	mov	%esi, R_ESI(%r15)
	mov	%edi, R_EDI(%r15)
	mov	%ebp, R_EBP(%r15)
.endm

/* Flags were pushed on the host stack: save them, call C, never return. */
.macro CALL_HOST function
	pop	%rax
	mov	%eax, R_EFLAGS(%r15)
	mov	%ds, R_DS(%r15)
	mov	%es, R_ES(%r15)
	mov	%ss, R_SS(%r15)
	push	$EFLAGS_HOST
	popfq
	xor	%ebp, %ebp
	call	\function
	ud2
.endm

	.globl	guest_access_start, guest_access_end
guest_access_start:

/*
 * S:120 A user program makes a system call.  If nothing special is going on
 * we build the trap frame on the guest kernel's stack ourselves and jump to
 * its handler: no C, no entry into the host's kernel.
 */
syscall_gate:
	mov	%esp, %r9d
	lea	host_stack_top(%rip), %rsp
	pushfq
	lea	lg_cpu(%rip), %r15
	mov	(%rsp), %r10
	mov	SW_BASE(%r15), %r14d
	mov	(%r9, %r14), %r8d		/* eip: back in the stub */
	add	$8, %r9d			/* esp before the far call */
	cmpl	$0, SW_SYSCALL_OK(%r15)
	je	syscall_slow
	cmpl	$1, R_USER(%r15)
	jne	syscall_slow
	test	$EFLAGS_TF | EFLAGS_AC, %r10d
	jnz	syscall_slow
	mov	SW_ESP1(%r15), %r11d
	mov	SW_DATA(%r15), %r12
	mov	(%r12), %r13d			/* irq_enabled: the IF the guest sees */
	and	$LG_EFLAGS_IF, %r13d
	and	$~LG_EFLAGS_IF, %r10d
	or	%r13d, %r10d
	add	%r11, %r14
	movl	$LG_USER_DS, -4(%r14)
	mov	%r9d, -8(%r14)
	mov	%r10d, -12(%r14)
	movl	$LG_USER_CS, -16(%r14)
	mov	%r8d, -20(%r14)
	sub	$20, %r11d
	cmpl	$0, SW_SYSCALL_MASKS(%r15)
	je	1f
	movl	$0, (%r12)
1:	movl	$0, R_USER(%r15)
	incl	SW_SYSCALLS(%r15)
	mov	$SEL_KDATA, %r8d
	mov	%r8d, %ds
	mov	%r8d, %es
	mov	%r8d, %ss
	.globl	syscall_check, syscall_check_end, syscall_again
syscall_check:
	cmpl	$0, CPU_IRQS(%r15)
	jne	syscall_again
	mov	%r11, %rsp
	ljmpl	*SW_SYSCALL_EIP(%r15)
syscall_check_end:

syscall_again:					/* about to run the handler's first instruction */
	lea	host_stack_top(%rip), %rsp
	pushfq
	SAVE_REGS
	mov	%r11d, R_ESP(%r15)
	mov	SW_SYSCALL_EIP(%r15), %eax
	mov	%eax, R_EIP(%r15)
	CALL_HOST run_guest

syscall_slow:					/* as if int $vector had trapped */
	SAVE_REGS
	mov	%r9d, R_ESP(%r15)
	mov	%r8d, R_EIP(%r15)
	CALL_HOST gate_syscall

/* S:130 The guest kernel makes a hypercall: it called a slot, which jumped here. */
hcall_gate:
	mov	%esp, %r9d
	lea	host_stack_top(%rip), %rsp
	pushfq
	lea	lg_cpu(%rip), %r15
	SAVE_REGS
	mov	SW_BASE(%r15), %r14d
	mov	(%r9, %r14), %eax
	mov	%eax, R_EIP(%r15)
	add	$4, %r9d
	mov	%r9d, R_ESP(%r15)
	CALL_HOST gate_hcall

/*
 * S:140 The guest kernel returns from a trap: jump, with the frame at esp.
 * Returning to user mode with nothing pending is done here, the rest in C.
 */
iret_gate:
	mov	%esp, %r9d
	lea	host_stack_top(%rip), %rsp
	lea	lg_cpu(%rip), %r15
	cmpl	$0, SW_IRET_SLOW(%r15)
	jne	iret_slow
	cmpl	$0, R_USER(%r15)
	jne	iret_slow
	cmpl	$0, CPU_IRQS(%r15)
	jne	iret_slow
	mov	SW_RING_STATUS(%r15), %r12
	cmpb	$LG_RING_FREE, (%r12)
	jne	iret_slow
	mov	SW_BASE(%r15), %r14d
	add	%r9, %r14
	mov	(%r14), %r8d			/* eip */
	mov	8(%r14), %r10d			/* eflags */
	mov	12(%r14), %r11d			/* esp */
	cmpl	$LG_USER_CS, 4(%r14)
	jne	iret_slow
	cmpl	$LG_USER_DS, 16(%r14)		/* a stack segment of its own? */
	jne	iret_slow
	cmp	SW_USER_LIMIT(%r15), %r8d
	ja	iret_slow
	test	$EFLAGS_TF, %r10d
	jnz	iret_slow
	mov	SW_DATA(%r15), %r12
	mov	%r10d, %r13d
	and	$LG_EFLAGS_IF, %r13d
	mov	%r13d, (%r12)
	and	$EFLAGS_USER, %r10d
	push	%r10
	mov	%r8d, SW_EXIT_EIP(%r15)
	movzwl	SW_USER_CS(%r15), %r8d
	mov	%r8w, SW_EXIT_CS(%r15)
	movl	$1, R_USER(%r15)
	movzwl	SW_UDATA(%r15), %r8d
	mov	%r8d, %ds
	mov	%r8d, %es
	mov	%r8d, %ss
	mov	%ecx, %r14d
	popfq
	.globl	iret_check, iret_check_end, iret_again
iret_check:
	mov	CPU_IRQS(%r15), %ecx
	jecxz	1f
	jmp	iret_again
1:	mov	%r14d, %ecx
	mov	%r11, %rsp
	ljmpl	*SW_EXIT_EIP(%r15)
iret_check_end:

iret_again:					/* the user's registers are complete */
	lea	host_stack_top(%rip), %rsp
	pushfq
	SAVE_REGS %r14d
	mov	%r11d, R_ESP(%r15)
	mov	SW_EXIT_EIP(%r15), %eax
	mov	%eax, R_EIP(%r15)
	CALL_HOST run_guest

iret_slow:
	pushfq
	SAVE_REGS
	mov	%r9d, R_ESP(%r15)
	CALL_HOST gate_iret
guest_access_end:

/*
 * S:150 Enter the guest with cpu.regs, at cpu.sw.exit_eip in exit_cs.  The
 * Host has looked at the interrupts and noted in irqs_seen which of them it
 * could not deliver; others are news, and news means back to run_guest.
 * (jecxz and lea, because the guest's flags are already loaded.)
 */
	.globl	enter_guest, enter_check, enter_check_end, enter_again
enter_guest:
enter_check:
	lea	lg_cpu(%rip), %r15
	lea	host_stack_top(%rip), %rsp
	mov	R_ESP(%r15), %r11d
	mov	R_EFLAGS(%r15), %r10d
	movzwl	R_DS(%r15), %eax
	mov	%eax, %ds
	movzwl	R_ES(%r15), %eax
	mov	%eax, %es
	movzwl	R_SS(%r15), %r12d
	mov	SW_IRQS_SEEN(%r15), %r13d
	neg	%r13d
	mov	R_EAX(%r15), %eax
	mov	R_EBX(%r15), %ebx
	mov	R_ECX(%r15), %r14d
	mov	R_EDX(%r15), %edx
	mov	R_ESI(%r15), %esi
	mov	R_EDI(%r15), %edi
	mov	R_EBP(%r15), %ebp
	test	$EFLAGS_TF, %r10d
	jnz	enter_stepping
	mov	%r12d, %ss
	push	%r10
	popfq
	mov	CPU_IRQS(%r15), %ecx
	lea	(%rcx, %r13), %ecx
	jecxz	1f
	jmp	enter_again
1:	mov	%r14d, %ecx
	mov	%r11, %rsp
	ljmpl	*SW_EXIT_EIP(%r15)
enter_check_end:

enter_again:					/* cpu.regs is still all there is */
	lea	host_stack_top(%rip), %rsp
	push	$EFLAGS_HOST
	popfq
	call	run_guest
	ud2

/* S:160 With TF set only iretq steps one guest instruction, not one of ours. */
	.globl	step_check, step_check_end
enter_stepping:
step_check:
	push	%r12
	push	%r11
	push	%r10
	movzwl	SW_EXIT_CS(%r15), %r8d
	push	%r8
	mov	SW_EXIT_EIP(%r15), %r8d
	push	%r8
	mov	CPU_IRQS(%r15), %ecx
	lea	(%rcx, %r13), %ecx
	jecxz	1f
	jmp	enter_again
1:	mov	%r14d, %ecx
	iretq
step_check_end:

/* S:170 Forget the current stack and start over: restart(function). */
	.globl	restart
restart:
	lea	host_stack_top(%rip), %rsp
	call	*%rdi
	ud2

/* Where does this machine leave rip after int1?  host_fault looks. */
	.globl	probe_icebp, probe_icebp_at
probe_icebp:
probe_icebp_at:
	.byte	0xf1
	ret

	.globl	signal_entry
signal_entry:
	push	$EFLAGS_HOST
	popfq
	jmp	on_signal

	.globl	signal_return
signal_return:
	mov	$15, %eax			/* rt_sigreturn */
	syscall

/* int $0x80 is the only way to set_thread_area: long compat_call(nr, low_pointer) */
	.globl	compat_call, compat_call_ip
compat_call:
	push	%rbx
	mov	%edi, %eax
	mov	%esi, %ebx
	int	$0x80
compat_call_ip:
	pop	%rbx
	ret

/*
 * vdso_call(function, a, b): the vDSO may use SSE registers, which are the
 * guest's.  A 32-bit guest has eight.
 */
	.globl	vdso_call
vdso_call:
	push	%rbp
	mov	%rsp, %rbp
	sub	$128, %rsp
	and	$-16, %rsp
	movups	%xmm0, (%rsp)
	movups	%xmm1, 16(%rsp)
	movups	%xmm2, 32(%rsp)
	movups	%xmm3, 48(%rsp)
	movups	%xmm4, 64(%rsp)
	movups	%xmm5, 80(%rsp)
	movups	%xmm6, 96(%rsp)
	movups	%xmm7, 112(%rsp)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	call	*%rax
	movups	(%rsp), %xmm0
	movups	16(%rsp), %xmm1
	movups	32(%rsp), %xmm2
	movups	48(%rsp), %xmm3
	movups	64(%rsp), %xmm4
	movups	80(%rsp), %xmm5
	movups	96(%rsp), %xmm6
	movups	112(%rsp), %xmm7
	leave
	ret

/* Load fs and gs; a selector that faults leaves 0 there (see host_fault). */
	.globl	load_fs, load_fs_at, load_gs, load_gs_at, load_done
load_fs:
load_fs_at:
	mov	%edi, %fs
	ret
load_gs:
load_gs_at:
	mov	%edi, %gs
load_done:
	ret

	.globl	_start
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	space_main
	ud2

	.bss
	.balign	64
	.skip	32768
	.globl	host_stack_top
host_stack_top:
	.section .note.GNU-stack, "", @progbits
