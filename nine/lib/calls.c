/* SPDX-License-Identifier: MIT */
/* Calls of C that are a little more than a trap. */
#include "u.h"
#include "libc.h"
#include "tos.h"
#include "impl.h"

vlong
seek(int fd, vlong off, int whence)
{
	vlong v;

	if(_seek(&v, fd, off, whence) == -1)
		return -1;
	return v;
}

vlong
nsec(void)
{
	vlong v;

	if(_nsec(&v) == -1)
		return -1;
	return v;
}

long
read(int fd, void *buf, long n)
{
	return pread(fd, buf, n, -1LL);
}

long
write(int fd, void *buf, long n)
{
	return pwrite(fd, buf, n, -1LL);
}

long
readn(int fd, void *buf, long n)
{
	char *p;
	long m, t;

	p = buf;
	for(t = 0; t < n; t += m){
		m = read(fd, p+t, n-t);
		if(m <= 0){
			if(t == 0)
				return m;
			break;
		}
	}
	return t;
}

int
fork(void)
{
	return rfork(RFPROC|RFFDG|RFREND);
}

int
execl(char *name, ...)
{
	va_list args;
	int n;

	/* the words after name are the argument vector, as exec wants it */
	va_start(args, name);
	n = exec(name, (char**)args);
	va_end(args);
	return n;
}

static char *brkend = end;

int
brk(void *p)
{
	if(brk_(p) < 0)
		return -1;
	brkend = p;
	return 0;
}

void*
sbrk(ulong n)
{
	char *p;

	p = (char*)(((uintptr)brkend+7) & ~(uintptr)7);
	n = (n+7) & ~7UL;
	if(n > ~0UL-(uintptr)p || brk(p+n) < 0)
		return (void*)-1;
	return p;
}

/*
 * stat + trial open; for AEXEC of a directory stat decides, as it cannot
 * be opened for execution.
 */
int
access(char *name, int mode)
{
	static const int omode[] = { 0, OEXEC, OWRITE, ORDWR, OREAD, OEXEC, ORDWR, ORDWR };
	Dir *d;
	int fd;

	if(mode == AEXIST){
		d = dirstat(name);
		free(d);
		return d ? 0 : -1;
	}
	fd = open(name, omode[mode & 7]);
	if(fd >= 0){
		close(fd);
		return 0;
	}
	if((d = dirstat(name)) != nil){
		fd = -1;
		if((d->mode & DMDIR) && !(mode & AWRITE) && (d->mode & 0111))
			fd = 0;
		free(d);
	}
	return fd;
}
