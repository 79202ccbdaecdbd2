/* SPDX-License-Identifier: MIT */
/* Classes of ASCII characters. */
#ifndef NINE_CTYPE_H
#define NINE_CTYPE_H

#define	islower(c)	((uint)(c) - 'a' < 26)
#define	isupper(c)	((uint)(c) - 'A' < 26)
#define	isalpha(c)	(((uint)(c) | 32) - 'a' < 26)
#define	isdigit(c)	((uint)(c) - '0' < 10)
#define	isxdigit(c)	(isdigit(c) || ((uint)(c) | 32) - 'a' < 6)
#define	isalnum(c)	(isalpha(c) || isdigit(c))
#define	isspace(c)	((c) == ' ' || (uint)(c) - '\t' < 5)
#define	isprint(c)	((uint)(c) - ' ' < 95)
#define	isgraph(c)	((uint)(c) - '!' < 94)
#define	iscntrl(c)	((uint)(c) < ' ' || (c) == 0x7f)
#define	ispunct(c)	(isgraph(c) && !isalnum(c))
#define	isascii(c)	((uint)(c) < 0x80)
#define	toascii(c)	((c) & 0x7f)
#define	_toupper(c)	((c) - 'a' + 'A')
#define	_tolower(c)	((c) - 'A' + 'a')

int	toupper(int);
int	tolower(int);

#endif
