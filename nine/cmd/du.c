/* SPDX-License-Identifier: MIT */
/*
 * du - what files and directories take up, in blocks.  A file met again under
 * another name (a bind) is counted once.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

typedef struct Seen Seen;
struct Seen
{
	Seen	*next;
	ushort	type;
	uint	dev;
	uvlong	path;
};

enum
{
	Nhash	= 256,
};

static int aflag, bytes, eflag, fflag, hflag, qflag, sflag, tflag, uflag;
static uvlong blocksize = 1024;
static char *prefix;			/* -p: print in this unit */
static int nested;			/* below a name of the command line */
static char *status;
static Seen *seen[Nhash];
static Biobuf bout;

static uvlong du(char*, Dir*);

static void
usage(void)
{
	fprint(2, "usage: du [-aefhnqstu] [-b size] [-p si-pfx] [file ...]\n");
	exits("usage");
}

static void
warn(char *what, char *name)
{
	if(fflag)
		return;
	fprint(2, "du: %s %s: %r\n", what, name);
	status = "errors";
}

static int
known(Dir *d)
{
	Seen *s, **h;

	h = &seen[d->qid.path % Nhash];
	for(s = *h; s != nil; s = s->next)
		if(s->path == d->qid.path && s->dev == d->dev && s->type == d->type)
			return 1;
	s = malloc(sizeof *s);
	if(s == nil)
		sysfatal("out of memory");
	s->path = d->qid.path;
	s->dev = d->dev;
	s->type = d->type;
	s->next = *h;
	*h = s;
	return 0;
}

static uvlong
blocks(uvlong n)
{
	return (n + blocksize - 1) / blocksize * blocksize;
}

static int
unitof(char *s)
{
	static char units[] = " kMGTPE";
	char *p;

	if(*s == 0)
		return 0;
	p = strchr(units, *s == 'K' ? 'k' : *s);
	if(p == nil || s[1] != 0)
		usage();
	return p - units;
}

static void
printsize(uvlong n)
{
	static char units[] = " KMGTPE";
	double x;
	int i, want;

	if(!hflag && prefix == nil && !eflag){
		Bprint(&bout, "%llud", bytes ? n : (n + blocksize - 1) / blocksize);
		return;
	}
	x = n;
	want = prefix != nil ? unitof(prefix) : hflag ? 6 : 0;
	for(i = 0; i < want && (prefix != nil || x >= 1024); i++)
		x /= 1024;
	if(eflag)
		Bprint(&bout, "%g", x);
	else if(i == 0)
		Bprint(&bout, "%.0f", x);
	else
		Bprint(&bout, "%.4g", x);
	if(hflag && i > 0)
		Bprint(&bout, "%c", units[i]);
}

static void
put(char *name, uvlong size, Dir *d)
{
	if(tflag || uflag)
		Bprint(&bout, "%lud", uflag ? d->atime : d->mtime);
	else if(qflag)
		Bprint(&bout, "%.16llux", d->qid.path);
	else
		printsize(size);
	Bprint(&bout, "\t%q\n", name);
}

static uvlong
tree(char *name)
{
	uvlong size;
	Dir *d;
	char *sub;
	long i, n;
	int fd;

	fd = open(name, OREAD);
	if(fd < 0){
		warn("can't open", name);
		return 0;
	}
	n = dirreadall(fd, &d);
	if(n < 0)
		warn("can't read", name);
	close(fd);
	size = 0;
	nested++;
	for(i = 0; i < n; i++){
		sub = strcmp(name, "/") == 0 ? smprint("/%s", d[i].name) : smprint("%s/%s", name, d[i].name);
		if(sub == nil)
			sysfatal("out of memory");
		size += du(sub, &d[i]);
		free(sub);
	}
	nested--;
	if(n >= 0)
		free(d);
	return size;
}

static uvlong
du(char *name, Dir *d)
{
	uvlong size;

	if(known(d))
		return 0;
	size = bytes ? (uvlong)d->length : blocks(d->length);
	if(d->mode & DMDIR){
		size = tree(name);
		if(!sflag || !nested)
			put(name, size, d);
	}else if((aflag && !sflag) || !nested)
		put(name, size, d);
	return size;
}

static void
top(char *name)
{
	Dir *d;

	d = dirstat(name);
	if(d == nil){
		warn("can't stat", name);
		return;
	}
	du(name, d);
	free(d);
}

int
main(int argc, char *argv[])
{
	char *s;
	int i;

	argv0 = "du";
	ARGBEGIN{
	case 'a':
		aflag = 1;
		break;
	case 'b':
		blocksize = strtoull(EARGF(usage()), &s, 0);
		if(*s == 'k')
			blocksize *= 1024;
		if(blocksize == 0 || blocksize > 1ULL<<40)
			usage();
		break;
	case 'e':
		eflag = 1;
		break;
	case 'f':
		fflag = 1;
		break;
	case 'h':
		hflag = bytes = 1;
		break;
	case 'n':
		bytes = aflag = 1;
		break;
	case 'p':
		prefix = EARGF(usage());
		break;
	case 'q':
		qflag = 1;
		break;
	case 's':
		sflag = 1;
		break;
	case 't':
		tflag = 1;
		break;
	case 'u':
		tflag = uflag = 1;
		break;
	default:
		usage();
	}ARGEND
	Binit(&bout, 1, OWRITE);
	if(argc == 0)
		top(".");
	for(i = 0; i < argc; i++)
		top(argv[i]);
	Bterm(&bout);
	exits(status);
}
