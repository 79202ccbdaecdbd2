/* SPDX-License-Identifier: MIT */
/* Offsets into struct lg_cpu for assembly; host/space.c asserts each. */
#ifndef SWITCHER_OFFSETS_H
#define SWITCHER_OFFSETS_H

#define R_EAX		0
#define R_EBX		4
#define R_ECX		8
#define R_EDX		12
#define R_ESI		16
#define R_EDI		20
#define R_EBP		24
#define R_ESP		28
#define R_EIP		32
#define R_EFLAGS	36
#define R_DS		40
#define R_ES		42
#define R_SS		48
#define R_USER		52

#define SW_DATA		128
#define SW_RING_STATUS	136
#define SW_BASE		144
#define SW_IRQS_SEEN	148
#define SW_SYSCALL_OK	152
#define SW_SYSCALL_EIP	156
#define SW_UDATA	162
#define SW_SYSCALL_MASKS 164
#define SW_EXIT_EIP	168
#define SW_EXIT_CS	172
#define SW_USER_CS	174
#define SW_IRET_SLOW	176
#define SW_ESP1		180
#define SW_USER_LIMIT	184
#define SW_SYSCALLS	188
#define CPU_IRQS	192
#define CPU_RUNNING	196

#endif
