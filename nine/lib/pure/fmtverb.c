/* SPDX-License-Identifier: MIT */
/* The verbs every print knows.  Widths and precisions count runes. */
#include "u.h"
#include "lib.h"
#include "fmtimpl.h"

enum
{
	Maxdigits	= 64+64/3+2,	/* %llb with commas */
};

static int
spaces(Fmt *f, int n)
{
	static const char blanks[] = "                ";
	int k;

	for(; n > 0; n -= k){
		k = n > 16 ? 16 : n;
		if(fmtbytes(f, blanks, k) < 0)
			return -1;
	}
	return 0;
}

/* n bytes at s, which are w runes, in the field asked for */
int
fmtpad(Fmt *f, const char *s, int n, int w)
{
	int pad;

	pad = f->flags & FmtWidth ? f->width - w : 0;
	if(!(f->flags & FmtLeft) && spaces(f, pad) < 0)
		return -1;
	if(fmtbytes(f, s, n) < 0)
		return -1;
	if((f->flags & FmtLeft) && spaces(f, pad) < 0)
		return -1;
	return 0;
}

int
fmtstrcpy(Fmt *f, const char *s)
{
	const char *e;
	int w;
	Rune r;

	if(s == nil)
		s = "<nil>";
	if(!(f->flags & (FmtWidth|FmtPrec)))
		return fmtbytes(f, s, strlen(s));
	e = s;
	for(w = 0; !(f->flags & FmtPrec && w >= f->prec); w++){
		if(*e == 0)
			break;
		e += chartorune(&r, e);
	}
	return fmtpad(f, s, (int)(e-s), w);
}

int
fmtrunestrcpy(Fmt *f, Rune *s)
{
	char buf[64];
	int n, w, pad;

	if(s == nil)
		return fmtstrcpy(f, nil);
	for(w = 0; s[w] && !(f->flags & FmtPrec && w >= f->prec); w++)
		;
	pad = f->flags & FmtWidth ? f->width - w : 0;
	if(!(f->flags & FmtLeft) && spaces(f, pad) < 0)
		return -1;
	for(n = 0; w > 0; w--){
		n += runetochar(buf+n, s++);
		if(n > (int)sizeof buf - UTFmax || w == 1){
			if(fmtbytes(f, buf, n) < 0)
				return -1;
			n = 0;
		}
	}
	return f->flags & FmtLeft ? spaces(f, pad) : 0;
}

int
fmtrune(Fmt *f, int c)
{
	char s[UTFmax];
	Rune r;

	r = (Rune)c;
	return fmtbytes(f, s, runetochar(s, &r));
}

static int
strfmt(Fmt *f)
{
	return fmtstrcpy(f, va_arg(f->args, char*));
}

static int
runesfmt(Fmt *f)
{
	return fmtrunestrcpy(f, va_arg(f->args, Rune*));
}

/* %c is a byte, %C a rune */
static int
charfmt(Fmt *f)
{
	char s[UTFmax];
	Rune r;

	r = (Rune)va_arg(f->args, int);
	if(f->r == 'c')
		r &= 0xFF;
	return fmtpad(f, s, runetochar(s, &r), 1);
}

static int
percentfmt(Fmt *f)
{
	return fmtbytes(f, "%", 1);
}

static uvlong
argument(Fmt *f)
{
	int issigned;

	issigned = f->r == 'd' && !(f->flags & FmtUnsigned);
	if(f->r == 'p')
		return (uintptr)va_arg(f->args, void*);
	if(f->flags & FmtVLong)
		return va_arg(f->args, uvlong);
	if(f->flags & FmtLong)
		return issigned ? (uvlong)va_arg(f->args, long) : va_arg(f->args, ulong);
	if(f->flags & FmtByte)
		return issigned ? (uvlong)(schar)va_arg(f->args, int) : (uchar)va_arg(f->args, int);
	if(f->flags & FmtShort)
		return issigned ? (uvlong)(short)va_arg(f->args, int) : (ushort)va_arg(f->args, int);
	return issigned ? (uvlong)va_arg(f->args, int) : va_arg(f->args, uint);
}

/* the low digit of *v, which is divided; 32-bit arithmetic when it does */
static int
lowdigit(uvlong *v, uint base)
{
	uint w;
	int d;

	if(*v>>32){
		d = (int)(*v % base);
		*v /= base;
		return d;
	}
	w = (uint)*v;
	*v = w / base;
	return (int)(w % base);
}

static char*
putdigits(Fmt *f, char *p, uvlong v, uint base)
{
	const char *set;
	int n, group;

	set = f->r == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	group = base == 10 ? 3 : 4;
	for(n = 0; v != 0; n++){
		if(f->flags & FmtComma && n > 0 && n % group == 0)
			*--p = base == 10 ? ',' : ':';
		*--p = set[lowdigit(&v, base)];
	}
	return p;
}

static char*
prefix(Fmt *f, char *p, uint base, int zero)
{
	if(!(f->flags & FmtSharp))
		return p;
	if(base == 16 && !zero){
		*--p = f->r == 'X' ? 'X' : 'x';
		*--p = '0';
	}
	if(base == 8 && *p != '0')
		*--p = '0';
	return p;
}

static uint
base(Rune verb)
{
	switch(verb){
	case 'b':
		return 2;
	case 'o':
		return 8;
	case 'x':
	case 'X':
	case 'p':
		return 16;
	}
	return 10;
}

static int
intfmt(Fmt *f)
{
	char buf[2*Maxdigits+4], *p, *e;
	uvlong v;
	uint b;
	int neg, zero, min, head;

	v = argument(f);
	b = base(f->r);
	neg = f->r == 'd' && !(f->flags & FmtUnsigned) && (vlong)v < 0;
	if(neg)
		v = -v;
	zero = v == 0;
	e = buf + sizeof buf;
	p = putdigits(f, e, v, b);
	head = (neg || f->flags & (FmtSign|FmtSpace)) + (f->flags & FmtSharp && b == 16 && !zero ? 2 : 0);
	min = f->flags & FmtPrec ? f->prec : 1;
	if((f->flags & (FmtZero|FmtLeft|FmtPrec)) == FmtZero && f->width - head > min)
		min = f->width - head;
	if(min > Maxdigits)
		min = Maxdigits;
	while(e - p < min)
		*--p = '0';
	p = prefix(f, p, b, zero);
	if(neg)
		*--p = '-';
	else if(f->flags & FmtSign)
		*--p = '+';
	else if(f->flags & FmtSpace)
		*--p = ' ';
	return fmtpad(f, p, (int)(e-p), (int)(e-p));
}

Fmtverb fmtverbs[] =
{
	{ 'd', intfmt },
	{ 's', strfmt },
	{ 'x', intfmt },
	{ 'c', charfmt },
	{ 'u', intfmt },
	{ 'q', quotestrfmt },
	{ 'p', intfmt },
	{ 'X', intfmt },
	{ 'o', intfmt },
	{ 'b', intfmt },
	{ 'C', charfmt },
	{ 'S', runesfmt },
	{ '%', percentfmt },
	{ 0, nil },
};
