/* SPDX-License-Identifier: MIT */
/*
 * cp - copy files.  -x keeps mode and times, -g the group as well, -u the
 * owner and group as well, as far as the file server allows.
 */
#include "u.h"
#include "libc.h"

static char buf[32*1024];
static int gflag, uflag, xflag;
static char *status;

static void
usage(void)
{
	fprint(2, "usage:\tcp [-gux] fromfile tofile\n\tcp [-x] fromfile ... todir\n");
	exits("usage");
}

static int
isdir(char *name)
{
	Dir *d;
	int dir;

	d = dirstat(name);
	dir = d != nil && (d->mode & DMDIR) != 0;
	free(d);
	return dir;
}

static int
samefile(Dir *a, Dir *b)
{
	return a->type == b->type && a->dev == b->dev
		&& a->qid.path == b->qid.path && a->qid.type == b->qid.type;
}

static int
copydata(int in, int out, char *from, char *to)
{
	long n;

	while((n = read(in, buf, sizeof buf)) > 0)
		if(write(out, buf, n) != n){
			fprint(2, "cp: error writing %s: %r\n", to);
			return 0;
		}
	if(n < 0){
		fprint(2, "cp: error reading %s: %r\n", from);
		return 0;
	}
	return 1;
}

static void
copyattr(int out, Dir *d, char *to)
{
	Dir nd;

	if(!gflag && !uflag && !xflag)
		return;
	nulldir(&nd);
	if(xflag || gflag || uflag){
		nd.mtime = d->mtime;
		nd.mode = d->mode;
	}
	if(dirfwstat(out, &nd) < 0)
		fprint(2, "cp: warning: can't wstat %s: %r\n", to);
	nulldir(&nd);
	if(uflag)
		nd.uid = d->uid;
	if(uflag || gflag)
		nd.gid = d->gid;
	if((uflag || gflag) && dirfwstat(out, &nd) < 0)
		fprint(2, "cp: warning: can't wstat %s: %r\n", to);
}

static int
copyopen(int in, Dir *d, char *from, char *to)
{
	Dir *td;
	int out, ok;

	td = dirstat(to);
	if(td != nil && samefile(d, td)){
		fprint(2, "cp: %s and %s are the same file\n", from, to);
		free(td);
		return 0;
	}
	free(td);
	out = create(to, OWRITE, d->mode & 0777);
	if(out < 0){
		fprint(2, "cp: can't create %s: %r\n", to);
		return 0;
	}
	ok = copydata(in, out, from, to);
	if(ok)
		copyattr(out, d, to);
	close(out);
	return ok;
}

static int
copy(char *from, char *to)
{
	Dir *d;
	int in, ok;

	in = open(from, OREAD);
	if(in < 0){
		fprint(2, "cp: can't open %s: %r\n", from);
		return 0;
	}
	d = dirfstat(in);
	ok = 0;
	if(d == nil)
		fprint(2, "cp: can't stat %s: %r\n", from);
	else if(d->mode & DMDIR)
		fprint(2, "cp: %s is a directory\n", from);
	else
		ok = copyopen(in, d, from, to);
	free(d);
	close(in);
	return ok;
}

static int
copyinto(char *from, char *dir)
{
	char *to, *p;
	int ok;

	p = utfrrune(from, '/');
	to = smprint("%s/%s", dir, p != nil ? p+1 : from);
	if(to == nil)
		sysfatal("out of memory");
	ok = copy(from, to);
	free(to);
	return ok;
}

int
main(int argc, char *argv[])
{
	int i, dir;

	ARGBEGIN{
	case 'g':
		gflag = 1;
		break;
	case 'u':
		uflag = 1;
		break;
	case 'x':
		xflag = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "cp";
	if(argc < 2)
		usage();
	dir = isdir(argv[argc-1]);
	if(argc > 2 && !dir){
		fprint(2, "cp: %s not a directory\n", argv[argc-1]);
		exits("bad usage");
	}
	for(i = 0; i < argc-1; i++)
		if(!(dir ? copyinto(argv[i], argv[argc-1]) : copy(argv[i], argv[argc-1])))
			status = "errors";
	exits(status);
}
