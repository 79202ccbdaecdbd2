/* SPDX-License-Identifier: MIT */
/*
 * tail - the last part of a file: so many lines, bytes or blocks from the
 * end (or the beginning, +), reversed by lines, or followed as it grows.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Chunk	= 32*1024,
	Block	= 1024,			/* of unit b */
	Poll	= 1000,			/* ms between looks when following */
};

static int fd;
static char *name = "<stdin>";
static vlong count = 10;
static int counted;			/* a number was given */
static int unit = 'l';
static int frombegin, follow, reverse;
static char *data;			/* what was read */
static long ndata, maxdata;

static void
usage(void)
{
	fprint(2, "usage: tail [-n N] [-c N] [-f] [-r] [+-N[lbc][fr]] [file]\n");
	exits("usage");
}

static void
out(char *p, long n)
{
	if(write(1, p, n) != n)
		sysfatal("write error: %r");
}

static void
grow(void)
{
	if(maxdata - ndata >= Chunk)
		return;
	maxdata = maxdata < 4*Chunk ? 8*Chunk : 2*maxdata;
	data = realloc(data, maxdata);
	if(data == nil)
		sysfatal("out of memory");
}

static long
more(char *p, long n)
{
	n = read(fd, p, n);
	if(n < 0)
		sysfatal("%s: %r", name);
	return n;
}

/* bytes at the end of p[0..n) that make the last count units */
static long
lastpart(char *p, long n)
{
	char *q;
	vlong left;

	if(unit != 'l' || count == 0)
		return count < n ? count : n;
	left = count;
	q = p+n;
	if(n > 0 && q[-1] != '\n')
		left--;			/* a line without its newline */
	for(; q > p; q--)
		if(q[-1] == '\n' && left-- == 0)
			break;
	return p+n - q;
}

/* read everything, keeping no more than is needed */
static void
readlast(void)
{
	long n, keep;

	for(;;){
		grow();
		n = more(data+ndata, Chunk);
		if(n == 0)
			break;
		ndata += n;
		if(!counted && reverse)
			continue;
		if(ndata < maxdata - Chunk)
			continue;
		keep = lastpart(data, ndata);
		memmove(data, data+ndata-keep, keep);
		ndata = keep;
	}
}

/* a plain big file: begin near the end, further back while that is too near */
static void
seeklast(void)
{
	vlong size, start;
	Dir *d;
	long back;

	d = dirfstat(fd);
	size = d != nil ? d->length : 0;
	free(d);
	if(size <= 4*Chunk || (reverse && !counted))
		return;
	for(back = 2*Chunk;; back *= 4){
		start = size - back;
		if(start < 0 || back > 64*1024*1024)
			start = 0;
		if(seek(fd, start, 0) != start)
			return;
		ndata = 0;
		if(start == 0)
			return;
		readlast();
		if(lastpart(data, ndata) < ndata)
			break;
	}
}

static void
printreverse(void)
{
	char *p, *q, *end;
	Biobuf b;

	Binit(&b, 1, OWRITE);
	end = data+ndata;
	p = !counted ? data : end - lastpart(data, ndata);
	while(end > p){
		for(q = end-1; q > p && q[-1] != '\n'; q--)
			;
		Bwrite(&b, q, end-q);
		end = q;
	}
	Bterm(&b);
}

static void
copyrest(void)
{
	long n;

	grow();
	while((n = more(data, Chunk)) > 0)
		out(data, n);
}

/* skip lines (counted from 1) or bytes (from 0), then copy */
static void
fromstart(void)
{
	char *p, *end;
	vlong skip;
	long n;

	grow();
	skip = unit == 'l' && count > 0 ? count-1 : count;
	while(skip > 0){
		n = more(data, Chunk);
		if(n == 0)
			return;
		end = data+n;
		if(unit != 'l'){
			p = data + (skip < n ? skip : n);
			skip -= p - data;
		}else
			for(p = data; skip > 0 && p < end; p++)
				if(*p == '\n')
					skip--;
		out(p, end-p);
	}
	copyrest();
}

static void
watch(void)
{
	vlong at;
	Dir *d;

	at = seek(fd, 0, 1);
	for(;;){
		copyrest();
		if(sleep(Poll) < 0)
			exits("interrupted");
		/* a file made shorter is read again from its start */
		d = dirfstat(fd);
		if(d != nil && (d->qid.type & QTDIR) == 0 && d->length != 0 && d->length < at)
			seek(fd, 0, 0);
		free(d);
		at = seek(fd, 0, 1);
	}
}

static void
setcount(char *s, char **end)
{
	if(*s == '+' || *s == '-')
		frombegin = *s++ == '+';
	count = strtoll(s, end, 10);
	if(*end == s || count < 0)
		usage();
	counted = 1;
}

/* +-number[lbc][rf], all parts optional after the sign but one */
static int
oldstyle(char *s)
{
	char *end;

	if(*s != '+' && (*s != '-' || s[1] < '0' || s[1] > '9'))
		return 0;
	if('0' <= s[1] && s[1] <= '9')
		setcount(s, &end);
	else{
		end = s+1;
		frombegin = counted = 1;
	}
	if(*end != 0 && strchr("lbc", *end) != nil)
		unit = *end++;
	for(; *end != 0; end++)
		if(*end == 'r')
			reverse = 1;
		else if(*end == 'f')
			follow = 1;
		else
			usage();
	return 1;
}

static void
options(int *pargc, char ***pargv)
{
	int argc;
	char **argv, *s, *end;

	argc = *pargc;
	argv = *pargv;
	if(argc > 1 && oldstyle(argv[1])){
		argc--;
		argv++;
	}
	ARGBEGIN{
	case 'n': case 'c':
		unit = ARGC() == 'n' ? 'l' : 'c';
		s = EARGF(usage());
		setcount(s, &end);
		if(*end != 0)
			usage();
		break;
	case 'f':
		follow = 1;
		break;
	case 'r':
		reverse = 1;
		break;
	default:
		usage();
	}ARGEND
	*pargc = argc;
	*pargv = argv;
}

int
main(int argc, char *argv[])
{
	argv0 = "tail";
	options(&argc, &argv);
	if(argc > 1)
		usage();
	if(reverse && (follow || frombegin || (counted && unit != 'l'))){
		fprint(2, "tail: incompatible options\n");
		exits("usage");
	}
	if(unit == 'b')
		count *= Block;
	if(argc == 1){
		name = argv[0];
		fd = open(name, OREAD);
		if(fd < 0)
			sysfatal("%s: %r", name);
	}
	if(frombegin)
		fromstart();
	else{
		seeklast();
		readlast();
		if(reverse)
			printreverse();
		else{
			long n;

			n = lastpart(data, ndata);
			out(data+ndata-n, n);
		}
	}
	if(follow)
		watch();
	exits(nil);
}
