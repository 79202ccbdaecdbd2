/* SPDX-License-Identifier: MIT */
/*
 * A program file: eight big-endian words, then text, data, symbols and the
 * pc/line table with no padding.  The header is the first 32 bytes of the
 * text page, so the entry of a stock program is 0x1020.  nine's own programs
 * are linked at UTZEROHIGH, where the host lets us run without a base.
 */
#ifndef NINE_A_OUT_H
#define NINE_A_OUT_H

typedef struct Exec Exec;
struct Exec
{
	int	magic;
	int	text;			/* bytes, header not counted */
	int	data;
	int	bss;
	int	syms;
	int	entry;			/* virtual address */
	int	spsz;			/* 0 */
	int	pcsz;
};

#define	_MAGIC(b)	((((4*(b))+0)*(b))+7)
#define	I_MAGIC		_MAGIC(11)	/* 386: 0x1EB */

#define	EXECHDRSZ	32
#define	UTZEROLOW	0x1000
#define	UTZEROHIGH	0x400000

#endif
