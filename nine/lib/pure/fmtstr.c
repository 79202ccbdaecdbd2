/* SPDX-License-Identifier: MIT */
/* Printing to memory. */
#include "u.h"
#include "lib.h"
#include "fmtimpl.h"

char*
vseprint(char *buf, char *e, const char *fmt, va_list args)
{
	Fmt f;

	if(buf >= e)
		return buf;
	memset(&f, 0, sizeof f);
	f.start = f.to = buf;
	f.stop = e-1;
	va_copy(f.args, args);
	dofmt(&f, fmt);
	va_end(f.args);
	*(char*)f.to = 0;
	return f.to;
}

char*
seprint(char *buf, char *e, const char *fmt, ...)
{
	va_list args;
	char *p;

	va_start(args, fmt);
	p = vseprint(buf, e, fmt, args);
	va_end(args);
	return p;
}

int
vsnprint(char *buf, int n, const char *fmt, va_list args)
{
	if(n <= 0)
		return 0;
	return (int)(vseprint(buf, buf+n, fmt, args) - buf);
}

int
snprint(char *buf, int n, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	n = vsnprint(buf, n, fmt, args);
	va_end(args);
	return n;
}

int
sprint(char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprint(buf, 65536, fmt, args);
	va_end(args);
	return n;
}

extern void *malloc(ulong);
extern void *realloc(void*, ulong);
extern void free(void*);

static int
grow(Fmt *f)
{
	ulong n, size;
	char *s;

	if(f->start == nil)
		return 0;
	n = (char*)f->to - (char*)f->start;
	size = 2*((char*)f->stop - (char*)f->start + 1);
	s = realloc(f->start, size);
	if(s == nil){
		free(f->start);
		f->start = f->to = f->stop = nil;
		return 0;
	}
	f->start = s;
	f->to = s+n;
	f->stop = s+size-1;
	return 1;
}

int
fmtstrinit(Fmt *f)
{
	memset(f, 0, sizeof *f);
	f->start = f->to = malloc(64);
	if(f->start == nil)
		return -1;
	f->stop = (char*)f->start+63;
	f->flush = grow;
	return 0;
}

/* the string, which is the caller's to free; nil if memory ran out */
char*
fmtstrflush(Fmt *f)
{
	if(f->start == nil)
		return nil;
	*(char*)f->to = 0;
	return f->start;
}

char*
vsmprint(const char *fmt, va_list args)
{
	Fmt f;

	if(fmtstrinit(&f) < 0)
		return nil;
	va_copy(f.args, args);
	dofmt(&f, fmt);
	va_end(f.args);
	return fmtstrflush(&f);
}

char*
smprint(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = vsmprint(fmt, args);
	va_end(args);
	return s;
}
