/* SPDX-License-Identifier: MIT */
/*
 * System calls.  Each stub is exactly these 8 bytes, on an 8-byte boundary:
 *	b8 n 0 0 0	mov $n,%eax
 *	cd 40		int $0x40
 *	c3		ret
 * so that the Host can replace it, in place, by a far call to its gate and
 * "ret".  Arguments lie above the return address, where C put them.  Every
 * stub has its own section: a program contains only those it uses.
 */
#include "sys.h"

.macro call name, number
	.section .text.\name, "ax", @progbits
	.balign 8
	.globl \name
	.type \name, @function
\name:
	movl $\number, %eax
	int $SYSVECTOR
	ret
	.size \name, . - \name
.endm

	call _sysr1, SYSR1
	call bind, BIND
	call chdir, CHDIR
	call close, CLOSE
	call dup, DUP
	call alarm, ALARM
	call exec, EXEC
	call _exits, EXITS
	call fauth, FAUTH
	call segbrk, SEGBRK
	call open, OPEN
	call oseek, OSEEK
	call sleep, SLEEP
	call rfork, RFORK
	call pipe, PIPE
	call create, CREATE
	call fd2path, FD2PATH
	call brk_, BRK_
	call remove, REMOVE
	call notify, NOTIFY
	call noted, NOTED
	call segattach, SEGATTACH
	call segdetach, SEGDETACH
	call segfree, SEGFREE
	call segflush, SEGFLUSH
	call rendezvous, RENDEZVOUS
	call unmount, UNMOUNT
	call semacquire, SEMACQUIRE
	call semrelease, SEMRELEASE
	call _seek, SEEK
	call fversion, FVERSION
	call errstr, ERRSTR
	call stat, STAT
	call fstat, FSTAT
	call wstat, WSTAT
	call fwstat, FWSTAT
	call mount, MOUNT
	call await, AWAIT
	call pread, PREAD
	call pwrite, PWRITE
	call tsemacquire, TSEMACQUIRE
	call _nsec, NSEC

	.section .note.GNU-stack, "", @progbits
