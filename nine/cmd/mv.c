/* SPDX-License-Identifier: MIT */
/*
 * mv - move files.  Within a directory it is a change of name; elsewhere
 * the file is copied and the original removed, so directories stay.
 */
#include "u.h"
#include "libc.h"

static char buf[32*1024];

static void
usage(void)
{
	fprint(2, "usage: mv fromfile tofile\n\tmv fromfile ... todir\n");
	exits("bad usage");
}

static char*
must(char *p)
{
	if(p == nil)
		sysfatal("out of memory");
	return p;
}

/* name = directory / last element; both fresh memory */
static void
split(char *name, char **dir, char **elem)
{
	char *s, *p;

	s = must(strdup(name));
	cleanname(s);
	p = utfrrune(s, '/');
	if(p == nil){
		*dir = must(strdup("."));
		*elem = s;
		return;
	}
	*elem = must(strdup(p+1));
	*p = 0;
	if(p == s)
		strcpy(s, "/");
	*dir = s;
}

static int
samefile(Dir *a, Dir *b)
{
	return a->type == b->type && a->dev == b->dev
		&& a->qid.path == b->qid.path && a->qid.type == b->qid.type;
}

static int
samedir(char *a, char *b)
{
	Dir *da, *db;
	int same;

	if(strcmp(a, b) == 0)
		return 1;
	da = dirstat(a);
	db = dirstat(b);
	same = da != nil && db != nil && samefile(da, db);
	free(da);
	free(db);
	return same;
}

static int
rename(char *from, char *to, char *elem)
{
	char err[ERRMAX];
	Dir nd;

	nulldir(&nd);
	nd.name = elem;
	if(dirwstat(from, &nd) >= 0)
		return 1;
	/* the new name may be taken: servers do not replace files */
	rerrstr(err, sizeof err);
	if(strstr(err, "exist") != nil && access(to, AEXIST) >= 0 && remove(to) >= 0 && dirwstat(from, &nd) >= 0)
		return 1;
	fprint(2, "mv: can't rename %s to %s: %s\n", from, to, err);
	return 0;
}

static int
copydata(int in, int out, char *from, char *to)
{
	long n;

	while((n = read(in, buf, sizeof buf)) > 0)
		if(write(out, buf, n) != n){
			fprint(2, "mv: error writing %s: %r\n", to);
			return 0;
		}
	if(n < 0)
		fprint(2, "mv: error reading %s: %r\n", from);
	return n == 0;
}

static int
copyaway(char *from, char *to, Dir *d)
{
	int in, out, ok;
	Dir nd;

	if(d->mode & DMDIR){
		fprint(2, "mv: can't move directory %s to another directory\n", from);
		return 0;
	}
	in = open(from, OREAD);
	if(in < 0){
		fprint(2, "mv: can't open %s: %r\n", from);
		return 0;
	}
	out = create(to, OWRITE, d->mode);
	if(out < 0){
		fprint(2, "mv: can't create %s: %r\n", to);
		close(in);
		return 0;
	}
	ok = copydata(in, out, from, to);
	nulldir(&nd);
	nd.mtime = d->mtime;
	nd.mode = d->mode;
	if(ok)
		dirfwstat(out, &nd);
	close(in);
	close(out);
	if(ok && remove(from) < 0){
		fprint(2, "mv: can't remove %s: %r\n", from);
		ok = 0;
	}
	return ok;
}

static int
mv1(char *from, char *to, Dir *d)
{
	char *fromdir, *fromelem, *todir, *toelem;
	Dir *td;
	int ok;

	td = dirstat(to);
	if(td != nil && samefile(d, td)){
		fprint(2, "mv: %s and %s are the same\n", from, to);
		free(td);
		return 0;
	}
	free(td);
	split(from, &fromdir, &fromelem);
	split(to, &todir, &toelem);
	if(samedir(fromdir, todir))
		ok = rename(from, to, toelem);
	else
		ok = copyaway(from, to, d);
	free(fromdir);
	free(fromelem);
	free(todir);
	free(toelem);
	return ok;
}

static int
mv(char *from, char *to, int intodir)
{
	char *dir, *elem;
	Dir *d;
	int ok;

	d = dirstat(from);
	if(d == nil){
		fprint(2, "mv: can't stat %s: %r\n", from);
		return 0;
	}
	if(intodir){
		split(from, &dir, &elem);
		to = must(smprint("%s/%s", to, elem));
		free(dir);
		free(elem);
	}
	ok = mv1(from, to, d);
	if(intodir)
		free(to);
	free(d);
	return ok;
}

int
main(int argc, char *argv[])
{
	char *status, *last;
	int i, dir;
	Dir *d;

	ARGBEGIN{
	default:
		usage();
	}ARGEND
	argv0 = "mv";
	if(argc < 2)
		usage();
	last = argv[argc-1];
	d = dirstat(last);
	dir = d != nil && (d->mode & DMDIR);
	free(d);
	if(argc > 2 && !dir){
		fprint(2, "mv: %s not a directory\n", last);
		exits("bad usage");
	}
	status = nil;
	for(i = 0; i < argc-1; i++)
		if(!mv(argv[i], last, dir))
			status = "failure";
	exits(status);
}
