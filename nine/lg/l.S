/*
 * Where everything begins and where every trap comes in: the note that makes
 * this a native lguest kernel, the climb from linear mode to KZERO, the
 * vectors, context switch, hypercalls.  Uses nothing but the interface in
 * include/lguest/abi.h.
 */
#define __ASSEMBLER__ 1
#include "lguest/abi.h"
#include "mem.h"

/* A large kernel page: present, writable, accessed, dirty. */
#define BIGPTE	(PTEVALID|PTEWRITE|PTEACC|PTEDIRTY|PTESIZE)
#define KPTE	(PTEVALID|PTEWRITE|PTEACC|PTEDIRTY)

	.section .note.lguest, "a", @note
	.balign 4
	.long	2f-1f, 4f-3f, LG_NOTE_TYPE
1:	.asciz	LG_NOTE_NAME
2:	.balign 4
3:	.long	LG_ABI_VERSION
	.long	KZERO
	.long	UTZERO
	.long	VectorSYSCALL
	.long	hcallpage-KZERO
	.long	LG_WISH_GATES
4:	.balign 4

/*
 * Linear mode: addresses are physical, so every symbol has KZERO taken off.
 * Map the first megabytes up to end at KZERO with large pages, and this one
 * page of code where it is now, so that the switch does not pull the rug
 * away; mmuinit makes the map exact and removes the low page.
 */
	.section .text.start, "ax"
	.globl	_start
_start:
	movl	$(bootstack+KSTACK-KZERO), %esp
	movl	$(kpd-KZERO), %edi
	xorl	%ecx, %ecx
1:	movl	%ecx, %eax
	orl	$BIGPTE, %eax
	movl	%ecx, %edx
	shrl	$20, %edx
	movl	%eax, (KZERO>>20)(%edi,%edx)
	addl	$0x400000, %ecx
	cmpl	$(end-KZERO), %ecx
	jb	1b
	movl	$(lowpt-KZERO), %eax
	movl	$(_start-KZERO), %ecx
	movl	%ecx, %edx
	shrl	$10, %edx
	andl	$0xFFC, %edx
	andl	$0xFFFFF000, %ecx
	orl	$KPTE, %ecx
	movl	%ecx, (%eax,%edx)
	orl	$KPTE, %eax
	movl	%eax, (%edi)

	movl	$LHCALL_LGUEST_INIT, %eax
	movl	$(lgdata-KZERO), %ebx
	int	$LG_TRAP_ENTRY
	movl	$LHCALL_NEW_PGTABLE, %eax
	movl	%edi, %ebx
	int	$LG_TRAP_ENTRY
	movl	$high, %eax
	jmp	*%eax
high:
	movl	$(bootstack+KSTACK), %esp
	xorl	%ebp, %ebp
	call	main
1:	jmp	1b

	.text
/*
 * Hypercalls: number, three arguments.  Each number has its own slot in the
 * page the Launcher filled.
 */
	.globl	hcall, hcall64
hcall:
hcall64:
	pushl	%ebx
	movl	8(%esp), %eax
	movl	12(%esp), %ebx
	movl	16(%esp), %ecx
	movl	20(%esp), %edx
	pushl	%eax
	shll	$5, %eax
	addl	$hcallpage, %eax
	xchgl	%eax, (%esp)
	call	*(%esp)
	popl	%ebx
	popl	%ebx
	ret

/*
 * Coroutines.  A label holds what a C function must keep, and the stack as
 * it is after setlabel's return.
 */
	.globl	setlabel, gotolabel
setlabel:
	movl	4(%esp), %eax
	movl	(%esp), %ecx
	leal	4(%esp), %edx
	movl	%edx, 0(%eax)
	movl	%ecx, 4(%eax)
	movl	%ebx, 8(%eax)
	movl	%esi, 12(%eax)
	movl	%edi, 16(%eax)
	movl	%ebp, 20(%eax)
	xorl	%eax, %eax
	ret
gotolabel:
	movl	4(%esp), %edx
	movl	0(%edx), %esp
	movl	4(%edx), %ecx
	movl	8(%edx), %ebx
	movl	12(%edx), %esi
	movl	16(%edx), %edi
	movl	20(%edx), %ebp
	movl	$1, %eax
	jmp	*%ecx

/*
 * System calls have their own way in: no error code, and the C code they
 * reach differs.  The Host has given us our flat segments; user segments are
 * always the nominal ones, so the frame gets constants.
 */
	.globl	vecsyscall, forkret, forkstart, kprocstart, touser
vecsyscall:
	pushl	$0
	pushl	$VectorSYSCALL
	pushl	$UDSEL
	pushl	$UDSEL
	pushl	$UDSEL
	pushl	$UDSEL
	pushal
	cld
	pushl	%esp
	call	syscall
	addl	$4, %esp
forkret:
	popal
	addl	$(6*4), %esp		/* gs fs es ds trap ecode */
	jmp	hcallpage+LHCALL_IRET*LG_HCALL_SLOT_SIZE

alltraps:
	pushl	$UDSEL
	pushl	$UDSEL
	pushl	$UDSEL
	pushl	$UDSEL
	pushal
	cld
	pushl	%esp
	call	trap
	addl	$4, %esp
	jmp	forkret

/* A new process: finish the switch, then its first return to user mode. */
forkstart:
	call	schedtail
	jmp	forkret
/* A new kernel process; esp is the top of its stack. */
kprocstart:
	xorl	%ebp, %ebp
	call	schedtail
	call	kprocmain
1:	jmp	1b
touser:
	movl	4(%esp), %esp
	jmp	forkret

/*
 * One stub per vector.  8 bytes each would do, but the assembler chooses
 * short and long forms; vectortab has the addresses.
 */
	.altmacro
	.macro	VEC n
	.text
9:	.if	(\n == 8) || (\n >= 10 && \n <= 14) || (\n == 17)
	.else
	pushl	$0
	.endif
	pushl	$\n
	jmp	alltraps
	.section .rodata
	.long	9b
	.endm

	.section .rodata
	.balign	4
	.globl	vectortab
vectortab:
	.set	i, 0
	.rept	64
	VEC	%i
	.set	i, i+1
	.endr

	.section .rootimg, "a", @progbits
	.balign	4096
	.globl	rootimg, erootimg
rootimg:
#ifdef ROOTIMG
	.incbin	ROOTIMG
#endif
erootimg:

	.section .bss.page, "aw", @nobits
	.balign	4096
	.globl	hcallpage, kpd, lowpt, tailpt, devpt, bootstack
hcallpage:
	.space	4096
kpd:	.space	4096
lowpt:	.space	4096
tailpt:	.space	4096
devpt:	.space	4096
bootstack:
	.space	KSTACK

	.section .note.GNU-stack, "", @progbits
