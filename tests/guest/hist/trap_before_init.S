/* A trap before LGUEST_INIT has nowhere to go: the guest dies, told apart. */
/* expect: status=134 stderr~"diagnosis: the kernel executed ud2 at 0x00400000 kit_start.*(unhandled trap 6)" */
#include "kit.h"

	.section .text.start, "ax"
	.globl	kit_start, kit_pgdir
kit_start:
	ud2
	ud2				/* not reached */
	.balign	LG_PAGE_SIZE
kit_pgdir:
	.fill	1024, 4, 0
	.section .note.GNU-stack, "", @progbits
