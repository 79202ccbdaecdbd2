/* SPDX-License-Identifier: MIT */
/* A program that becomes two, each with its own `value`. */
#include "kit.h"

#define USER_TEXT 0x00400000
#define HERE(x)	  ((x) - user_start + USER_TEXT)
#define SAY(text) mov $HERE(text), %ebx; mov $text##_end - text, %ecx; call print
#define CALL(n)	  mov $n, %eax; int $KIT_SYSCALL; ret

	.section .rodata
	.globl	user_start, user_end
user_start:
	call	fork
	test	%eax, %eax
	jz	child
	movl	$2, HERE(value)
	SAY(parent)
	call	wait
	mov	%eax, %ebx		/* the child's status */
	call	exit
child:	SAY(born)
	mov	$3, %ebx
	call	sleep
	mov	HERE(value), %ebx	/* 1: the parent's 2 is not ours */
	call	exit

exit:	CALL(0)
print:	CALL(1)
fork:	CALL(2)
wait:	CALL(3)
sleep:	CALL(4)

value:	.long	1
parent:	.ascii	"parent: I have a child\n"
parent_end:
born:	.ascii	"child: here I am\n"
born_end:
user_end:
