/* SPDX-License-Identifier: MIT */
/*
 * The basic types of Plan 9 C.  Included first by every file of nine, kernel
 * and programs alike; it may be mixed with include/lguest/abi.h and, for the
 * parts that are also built as host programs, with the host's headers.
 */
#ifndef NINE_U_H
#define NINE_U_H

#define nil	((void*)0)

typedef unsigned char	uchar;
typedef unsigned short	ushort;
typedef unsigned int	uint;
typedef unsigned long	ulong;
typedef signed char	schar;
typedef long long	vlong;
typedef unsigned long long uvlong;
typedef unsigned long	uintptr;
typedef long		intptr;
typedef unsigned long	usize;
typedef uint		Rune;

typedef uchar	u8int;
typedef ushort	u16int;
typedef uint	u32int;
typedef uvlong	u64int;
typedef schar	s8int;
typedef short	s16int;
typedef int	s32int;
typedef vlong	s64int;

/* bx, si, di, bp, sp, pc: what a called function must keep */
typedef long	jmp_buf[6];
#define JMPBUFSP	4
#define JMPBUFPC	5

typedef __builtin_va_list va_list;
#ifndef va_start
#define va_start(ap, last)	__builtin_va_start(ap, last)
#define va_end(ap)		__builtin_va_end(ap)
#define va_arg(ap, type)	__builtin_va_arg(ap, type)
#endif
#ifndef va_copy
#define va_copy(to, from)	__builtin_va_copy(to, from)
#endif

#define USED(...)	((void)(__VA_ARGS__))
#define SET(x)		((x) = 0)

#endif
