/* SPDX-License-Identifier: MIT */
/* rc's quoting: 'it''s'.  %q quotes only what needs it, %#q always. */
#include "u.h"
#include "lib.h"
#include "fmtimpl.h"

extern void *malloc(ulong);

int (*doquote)(int) = needsrcquote;

int
needsrcquote(int c)
{
	if(c <= ' ')
		return 1;
	return c < 0x80 && strchr("`^#*[]=|\\?${}()'<>&;", c) != nil;
}

void
quotefmtinstall(void)
{
}

static int
needsquote(const char *s)
{
	Rune r;

	if(*s == 0)
		return 1;
	for(; *s; s += chartorune(&r, s)){
		chartorune(&r, s);
		if(r == '\'' || (doquote ? doquote((int)r) : r <= ' '))
			return 1;
	}
	return 0;
}

/* room for the quoted form with its NUL */
static int
quotedlen(const char *s)
{
	int n;

	for(n = 3; *s; s++)
		n += *s == '\'' ? 2 : 1;
	return n;
}

static char*
quoted(char *to, const char *s)
{
	char *p;

	p = to;
	*p++ = '\'';
	for(; *s; s++){
		if(*s == '\'')
			*p++ = '\'';
		*p++ = *s;
	}
	*p++ = '\'';
	*p = 0;
	return to;
}

/* the field is padded as a whole; precision does not apply */
int
quotestrfmt(Fmt *f)
{
	const char *s, *p;
	int w, pad;

	s = va_arg(f->args, char*);
	if(s == nil)
		return fmtstrcpy(f, nil);
	if(!(f->flags & FmtSharp) && !needsquote(s))
		return fmtstrcpy(f, s);
	w = utflen(s)+2;
	for(p = s; (p = strchr(p, '\'')) != nil; p++)
		w++;
	pad = f->flags & FmtWidth ? f->width : 0;
	for(; !(f->flags & FmtLeft) && pad > w; pad--)
		if(fmtbytes(f, " ", 1) < 0)
			return -1;
	if(fmtbytes(f, "'", 1) < 0)
		return -1;
	for(; *s; s++)
		if((*s == '\'' && fmtbytes(f, "'", 1) < 0) || fmtbytes(f, s, 1) < 0)
			return -1;
	if(fmtbytes(f, "'", 1) < 0)
		return -1;
	for(; pad > w; pad--)
		if(fmtbytes(f, " ", 1) < 0)
			return -1;
	return 0;
}

char*
quotestrdup(const char *s)
{
	char *t;

	t = malloc(quotedlen(s));
	if(t == nil)
		return nil;
	return needsquote(s) ? quoted(t, s) : strcpy(t, s);
}

char*
unquotestrdup(const char *s)
{
	char *t, *p;
	int quoting;

	t = malloc(strlen(s)+1);
	if(t == nil)
		return nil;
	quoting = 0;
	for(p = t; *s; s++){
		if(*s != '\'')
			*p++ = *s;
		else if(quoting && s[1] == '\'')
			*p++ = *s++;
		else
			quoting = !quoting;
	}
	*p = 0;
	return t;
}
