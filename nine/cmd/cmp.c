/* SPDX-License-Identifier: MIT */
/* cmp - compare two files */
#include "u.h"
#include "libc.h"

typedef struct File File;
struct File
{
	char	*name;
	int	fd;
	long	n;			/* bytes in buf not compared yet */
	char	*p;
	char	buf[8192];
};

static File a, b;
static int lflag, sflag, Lflag;

static void
usage(void)
{
	fprint(2, "usage: cmp [-lLs] file1 file2 [offset1 [offset2] ]\n");
	exits("usage");
}

static void
openfile(File *f, char *name, char *off)
{
	char *end;
	vlong n;

	f->name = name;
	f->fd = open(name, OREAD);
	if(f->fd < 0){
		if(!sflag)
			fprint(2, "%s: %r\n", name);
		exits("open");
	}
	if(off == nil)
		return;
	n = strtoll(off, &end, 0);
	if(*end != 0 || n < 0)
		usage();
	if(seek(f->fd, n, 0) < 0){
		if(!sflag)
			fprint(2, "cmp: %s: seek by %s: %r\n", name, off);
		exits("seek 1");
	}
}

static void
fill(File *f)
{
	if(f->n > 0)
		return;
	f->p = f->buf;
	f->n = read(f->fd, f->buf, sizeof f->buf);
	if(f->n < 0){
		if(!sflag)
			fprint(2, "error on %s: %r\n", f->name);
		exits("read error");
	}
}

static void
eof(File *f)
{
	if(!sflag)
		fprint(2, "EOF on %s\n", f->name);
	exits("EOF");
}

static void
differ(vlong at, vlong line, int ca, int cb)
{
	if(sflag)
		exits("differ");
	if(lflag){
		print("%6lld 0x%.2x 0x%.2x\n", at, ca, cb);
		return;
	}
	print("%s %s differ: char %lld", a.name, b.name, at);
	if(Lflag)
		print(" line %lld", line);
	print("\n");
	exits("differ");
}

static void
compare(void)
{
	vlong at, line;
	int differs;
	long i, n;

	differs = 0;
	for(at = 0, line = 1;; at += n){
		fill(&a);
		fill(&b);
		if(a.n == 0 && b.n == 0)
			break;
		if(a.n == 0)
			eof(&a);
		if(b.n == 0)
			eof(&b);
		n = a.n < b.n ? a.n : b.n;
		for(i = 0; i < n; i++){
			if(a.p[i] != b.p[i]){
				differ(at+i+1, line, (uchar)a.p[i], (uchar)b.p[i]);
				differs = 1;
			}
			if(a.p[i] == '\n')
				line++;
		}
		a.p += n;
		a.n -= n;
		b.p += n;
		b.n -= n;
	}
	exits(differs ? "differ" : nil);
}

int
main(int argc, char *argv[])
{
	ARGBEGIN{
	case 's':
		sflag = 1;
		break;
	case 'l':
		lflag = 1;
		break;
	case 'L':
		Lflag = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc < 2 || argc > 4)
		usage();
	openfile(&a, argv[0], argc > 2 ? argv[2] : nil);
	openfile(&b, argv[1], argc > 3 ? argv[3] : nil);
	compare();
	exits(nil);
}
