/* SPDX-License-Identifier: MIT */
/* Directory entries as malloced Dirs, strings and all. */
#include "u.h"
#include "libc.h"

/*
 * stat by name or, without one, by fd.  A first try has room for usual
 * names; the kernel then says how much is needed.
 */
static Dir*
statdir(char *name, int fd)
{
	uchar *buf;
	Dir *d;
	int n, size;

	for(size = 4*KNAMELEN+STATFIXLEN; size <= 0xFFFF+BIT16SZ; size = n){
		d = malloc(sizeof *d + 2*size);
		if(d == nil)
			return nil;
		buf = (uchar*)(d+1) + size;
		n = name ? stat(name, buf, size) : fstat(fd, buf, size);
		if(n <= BIT16SZ && n > 0){
			n = BIT16SZ+GBIT16(buf);
			free(d);
			if(n <= size)
				break;
			continue;
		}
		if(n > 0 && convM2D(buf, n, d, (char*)(d+1)) == (uint)n)
			return d;
		free(d);
		if(n <= 0)
			return nil;
		break;
	}
	werrstr("malformed stat buffer");
	return nil;
}

Dir*
dirstat(char *name)
{
	return statdir(name, -1);
}

Dir*
dirfstat(int fd)
{
	return statdir(nil, fd);
}

static int
wstatdir(char *name, int fd, Dir *d)
{
	uchar *buf;
	int n, r;

	n = sizeD2M(d);
	buf = malloc(n);
	if(buf == nil)
		return -1;
	convD2M(d, buf, n);
	r = name ? wstat(name, buf, n) : fwstat(fd, buf, n);
	free(buf);
	return r;
}

int
dirwstat(char *name, Dir *d)
{
	return wstatdir(name, -1, d);
}

int
dirfwstat(int fd, Dir *d)
{
	return wstatdir(nil, fd, d);
}

/* all the entries in the n bytes at buf */
static long
unpack(uchar *buf, long n, Dir **dp)
{
	Dir *d;
	char *s;
	long i, m, count;

	count = 0;
	for(i = 0; i < n; i += m){
		m = n-i < BIT16SZ ? n : BIT16SZ+GBIT16(buf+i);
		if(i+m > n || statcheck(buf+i, m) < 0){
			werrstr("malformed stat buffer");
			return -1;
		}
		count++;
	}
	*dp = d = malloc(count*sizeof *d + n);
	if(d == nil)
		return -1;
	s = (char*)(d+count);
	for(i = 0; i < n; i += m, d++){
		m = convM2D(buf+i, n-i, d, s);
		s += m;
	}
	return count;
}

long
dirread(int fd, Dir **dp)
{
	uchar *buf;
	long n;

	*dp = nil;
	buf = malloc(DIRMAX);
	if(buf == nil)
		return -1;
	n = read(fd, buf, DIRMAX);
	if(n > 0)
		n = unpack(buf, n, dp);
	free(buf);
	return n;
}

long
dirreadall(int fd, Dir **dp)
{
	uchar *buf, *p;
	long n, total, size;

	*dp = nil;
	size = 4*DIRMAX;
	total = 0;
	buf = malloc(size);
	if(buf == nil)
		return -1;
	while((n = read(fd, buf+total, size-total)) > 0){
		total += n;
		if(size-total >= DIRMAX)
			continue;
		size *= 2;
		p = realloc(buf, size);
		if(p == nil){
			free(buf);
			return -1;
		}
		buf = p;
	}
	if(total > 0)
		n = unpack(buf, total, dp);
	free(buf);
	return n;
}

char*
getwd(char *buf, int n)
{
	int fd;

	buf[0] = 0;
	fd = open(".", OREAD);
	if(fd < 0)
		return nil;
	n = fd2path(fd, buf, n);
	close(fd);
	return n < 0 ? nil : buf;
}

/* bytes a single read or write of fd may move; 0: any */
int
iounit(int fd)
{
	char file[32], buf[256], *f[10];
	int cfd;
	long n;

	snprint(file, sizeof file, "#d/%dctl", fd);
	cfd = open(file, OREAD);
	if(cfd < 0)
		return 0;
	n = read(cfd, buf, sizeof buf-1);
	close(cfd);
	if(n <= 0)
		return 0;
	buf[n] = 0;
	return tokenize(buf, f, 10) > 7 ? atoi(f[7]) : 0;
}

/* replace the Xs at the end of the name by something not in use */
char*
mktemp(char *name)
{
	char *x, pid[16];
	int n, c;

	for(x = name+strlen(name); x > name && x[-1] == 'X'; x--)
		;
	n = strlen(x);
	if(n == 0)
		return "/";
	snprint(pid, sizeof pid, "%.*d", n > 12 ? 12 : n-1, getpid());
	if((int)strlen(pid) >= n)
		memmove(pid, pid+strlen(pid)-(n-1), n);
	memset(x, 'x', n);
	memmove(x+1, pid, strlen(pid));
	for(c = 'a'; c <= 'z'; c++){
		x[0] = (char)c;
		if(access(name, AEXIST) < 0)
			return name;
	}
	return "/";
}
