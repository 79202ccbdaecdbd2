/* SPDX-License-Identifier: MIT */
/* Printing to a descriptor: as few writes as a small buffer allows. */
#include "u.h"
#include "libc.h"
#include "tos.h"
#include "impl.h"

Fmtverb _fmtextra[] =
{
	{ 'r', errfmt },
	{ 'f', fltfmt },
	{ 'e', fltfmt },
	{ 'g', fltfmt },
	{ 'E', fltfmt },
	{ 'G', fltfmt },
	{ 0, nil },
};

static int
fdflush(Fmt *f)
{
	long n;

	n = (char*)f->to - (char*)f->start;
	if(n > 0 && write((int)(uintptr)f->farg, f->start, n) != n)
		return 0;
	f->nfmt += n;
	f->to = f->start;
	return 1;
}

int
fmtfdinit(Fmt *f, int fd, char *buf, int size)
{
	memset(f, 0, sizeof *f);
	f->start = f->to = buf;
	f->stop = buf+size;
	f->flush = fdflush;
	f->farg = (void*)(uintptr)fd;
	return 0;
}

int
fmtfdflush(Fmt *f)
{
	if(!fdflush(f))
		return -1;
	return f->nfmt;
}

int
vfprint(int fd, const char *fmt, va_list args)
{
	char buf[256];
	Fmt f;
	int n;

	fmtfdinit(&f, fd, buf, sizeof buf);
	va_copy(f.args, args);
	n = dofmt(&f, fmt);
	va_end(f.args);
	if(n < 0 || !fdflush(&f))
		return -1;
	return n;
}

int
fprint(int fd, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprint(fd, fmt, args);
	va_end(args);
	return n;
}

int
print(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprint(1, fmt, args);
	va_end(args);
	return n;
}
