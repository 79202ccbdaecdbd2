/* SPDX-License-Identifier: MIT */
/*
 * The print engine: walks the format, collects flags, calls the verb.  What
 * the verbs do is in fmtverb.c; where the bytes go is the Fmt's flush.
 */
#include "u.h"
#include "lib.h"
#include "fmtimpl.h"

enum
{
	Maxverb	= 32,
};

Fmtverb *fmtextra;

static Fmtverb installed[Maxverb+1];
static int ninstalled;

/* a later fmtinstall of the same verb wins */
int
fmtinstall(int r, int (*fn)(Fmt*))
{
	int i;

	for(i = 0; i < ninstalled; i++)
		if(installed[i].r == (Rune)r){
			installed[i].fn = fn;
			return 0;
		}
	if(r <= 0 || fn == nil || ninstalled >= Maxverb)
		return -1;
	installed[ninstalled].fn = fn;
	installed[ninstalled].r = (Rune)r;
	ninstalled++;
	return 0;
}

static int
(*find(Fmtverb *t, Rune r))(Fmt*)
{
	for(; t && t->r; t++)
		if(t->r == r)
			return t->fn;
	return nil;
}

static int
badverb(Fmt *f)
{
	char s[UTFmax+2];
	int n;

	s[0] = '%';
	n = 1+runetochar(s+1, &f->r);
	s[n++] = '%';
	return fmtbytes(f, s, n);
}

static int
(*verb(Rune r))(Fmt*)
{
	int (*fn)(Fmt*);

	fn = find(installed, r);
	if(fn == nil)
		fn = find(fmtverbs, r);
	if(fn == nil)
		fn = find(fmtextra, r);
	return fn ? fn : badverb;
}

/* does a verb follow to which u is only a flag, as in %ud, %lux? */
static int
isinteger(int c)
{
	return c == 'd' || c == 'x' || c == 'X' || c == 'o' || c == 'b';
}

static void
number(Fmt *f, int n)
{
	if(f->flags & FmtPrec){
		f->prec = n < 0 ? 0 : n;
		return;
	}
	if(n < 0){
		f->flags |= FmtLeft;
		n = -n;
	}
	f->flags |= FmtWidth;
	f->width = n;
}

static const char*
digits(Fmt *f, const char *p)
{
	int n;

	for(n = 0; *p >= '0' && *p <= '9'; p++)
		if(n < 100000)
			n = n*10 + *p - '0';
	number(f, n);
	return p;
}

/* flags, width and precision; returns a pointer to the verb */
static const char*
flags(Fmt *f, const char *p)
{
	for(;; p++)
		switch(*p){
		case '-':
			f->flags |= FmtLeft;
			break;
		case '+':
			f->flags |= FmtSign;
			break;
		case '#':
			f->flags |= FmtSharp;
			break;
		case ' ':
			f->flags |= FmtSpace;
			break;
		case ',':
			f->flags |= FmtComma;
			break;
		case 'u':
			if(!isinteger(p[1]))
				return p;
			f->flags |= FmtUnsigned;
			break;
		case 'h':
			f->flags |= f->flags & FmtShort ? FmtByte : FmtShort;
			break;
		case 'l':
			f->flags |= f->flags & FmtLong ? FmtVLong : FmtLong;
			break;
		case '.':
			f->flags |= FmtPrec;
			f->prec = 0;
			break;
		case '*':
			number(f, va_arg(f->args, int));
			break;
		case '0':
			if(!(f->flags & (FmtPrec|FmtWidth))){
				f->flags |= FmtZero;
				break;
			}
			/* fall through */
		case '1': case '2': case '3': case '4': case '5':
		case '6': case '7': case '8': case '9':
			p = digits(f, p)-1;
			break;
		default:
			return p;
		}
}

/* the output so far, bytes */
static int
done(Fmt *f)
{
	return f->nfmt + (int)((char*)f->to - (char*)f->start);
}

int
dofmt(Fmt *f, const char *fmt)
{
	const char *p;
	int n0;

	n0 = done(f);
	for(;;){
		for(p = fmt; *p && *p != '%'; p++)
			;
		if(p > fmt && fmtbytes(f, fmt, (int)(p-fmt)) < 0)
			return -1;
		if(*p == 0)
			return done(f) - n0;
		f->flags = 0;
		f->width = 0;
		f->prec = 0;
		p = flags(f, p+1);
		if(*p == 0){
			if(fmtbytes(f, "%", 1) < 0)
				return -1;
			return done(f) - n0;
		}
		fmt = p + chartorune(&f->r, p);
		if(verb(f->r)(f) < 0)
			return -1;
	}
}

/*
 * All output passes here.  Without a flush the text is cut at the end of
 * the buffer, between runes, and the Fmt takes no more.
 */
int
fmtbytes(Fmt *f, const char *s, int n)
{
	int room;

	while(n > 0){
		room = (int)((char*)f->stop - (char*)f->to);
		if(n <= room)
			room = n;
		else if(f->flush == nil)
			while(room > 0 && (s[room] & 0xC0) == 0x80)
				room--;
		memmove(f->to, s, room);
		f->to = (char*)f->to + room;
		s += room;
		n -= room;
		if(n == 0)
			break;
		if(f->flush == nil){
			f->stop = f->to;
			break;
		}
		if(f->flush(f) <= 0)
			return -1;
	}
	return 0;
}

/* for verbs: print with the caller's width and flags set aside */
int
fmtvprint(Fmt *f, const char *fmt, va_list args)
{
	va_list save;
	ulong flags;
	int width, prec, n;
	Rune r;

	flags = f->flags;
	width = f->width;
	prec = f->prec;
	r = f->r;
	va_copy(save, f->args);
	va_copy(f->args, args);
	n = dofmt(f, fmt);
	va_end(f->args);
	va_copy(f->args, save);
	va_end(save);
	f->flags = flags;
	f->width = width;
	f->prec = prec;
	f->r = r;
	return n < 0 ? -1 : 0;
}

int
fmtprint(Fmt *f, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = fmtvprint(f, fmt, args);
	va_end(args);
	return n;
}
