/* SPDX-License-Identifier: MIT */
/*
 * The first user program.  The kernel copies what is between the two labels
 * to USER_TEXT, so addresses are counted from there.
 */
#include "kit.h"

#define USER_TEXT 0x00400000
#define HERE(x)	  ((x) - user_start + USER_TEXT)

#if MISTAKE == 4
#define SYSCALL 0x80		/* Linux's; our kernel told lguest another one */
#else
#define SYSCALL KIT_SYSCALL
#endif

	.section .rodata
	.globl	user_start, user_end
user_start:
	mov	$HERE(hello), %ebx
	mov	$bye - hello, %ecx
	call	print
#if MISTAKE == 5
	mov	0xC0400000, %eax	/* what has the kernel there? */
#endif
	mov	$42, %ebx
	call	exit

/* lguest turns stubs of just this form into something faster than a trap. */
exit:	mov	$0, %eax
	int	$SYSCALL
	ret
print:	mov	$1, %eax
	int	$SYSCALL
	ret

hello:	.ascii	"hello from user mode\n"
bye:
user_end:
