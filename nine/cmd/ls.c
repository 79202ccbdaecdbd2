/* SPDX-License-Identifier: MIT */
/* ls - list directories */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Recent = 180*24*60*60,		/* seconds: older dates show the year */
};

typedef struct Entry Entry;
struct Entry
{
	Dir	d;
	char	*prefix;		/* directory it was found in, or nil */
};

static int flag[128];
static Entry *list;
static long nlist, maxlist;
static long now;
static char *status;
static Biobuf out;

/* widths of the columns of the listing in hand */
static int wdev, wuid, wgid, wlen, wmuid, wkb, wvers;

static void
usage(void)
{
	fprint(2, "usage: ls [-dlmnpqrstuFQT] [file ...]\n");
	exits("usage");
}

static void
addentry(Dir *d, char *prefix)
{
	if(nlist == maxlist){
		maxlist = maxlist ? 2*maxlist : 64;
		list = realloc(list, maxlist*sizeof *list);
		if(list == nil)
			sysfatal("out of memory");
	}
	list[nlist].d = *d;
	list[nlist].prefix = prefix;
	nlist++;
}

static ulong
when(Dir *d)
{
	return flag['u'] ? d->atime : d->mtime;
}

static char*
fullname(Entry *e)
{
	char *p;

	if(e->prefix == nil || flag['p'])
		return strdup(e->d.name);
	p = e->prefix;
	return smprint("%s%s%s", p, p[strlen(p)-1] == '/' ? "" : "/", e->d.name);
}

static int
compare(const void *va, const void *vb)
{
	const Entry *a, *b;
	int c;

	a = va;
	b = vb;
	c = 0;
	if(flag['t']){
		ulong ta, tb;

		ta = when((Dir*)&a->d);
		tb = when((Dir*)&b->d);
		if(ta != tb)
			c = ta < tb ? 1 : -1;
	}
	if(c == 0)
		c = strcmp(a->prefix ? a->prefix : a->d.name, b->prefix ? b->prefix : b->d.name);
	if(c == 0)
		c = strcmp(a->d.name, b->d.name);
	return flag['r'] ? -c : c;
}

static void
widen(int *w, char *fmt, ...)
{
	char buf[64];
	va_list arg;
	int n;

	va_start(arg, fmt);
	vsnprint(buf, sizeof buf, fmt, arg);
	va_end(arg);
	n = utflen(buf);
	if(n > *w)
		*w = n;
}

static vlong
kilobytes(Dir *d)
{
	return (d->length + 1023)/1024;
}

static void
measure(void)
{
	Dir *d;
	long i;

	wdev = wuid = wgid = wlen = wmuid = wkb = wvers = 0;
	for(i = 0; i < nlist; i++){
		d = &list[i].d;
		widen(&wdev, "%ud", d->dev);
		widen(&wuid, "%s", d->uid);
		widen(&wgid, "%s", d->gid);
		widen(&wmuid, "[%s]", d->muid);
		widen(&wlen, "%lld", d->length);
		widen(&wkb, "%lld", kilobytes(d));
		widen(&wvers, "%lud", d->qid.vers);
	}
}

static char*
modestring(ulong mode)
{
	static char s[12];
	int i;

	s[0] = mode & DMDIR ? 'd' : mode & DMAUTH ? 'A' : mode & DMAPPEND ? 'a' : '-';
	s[1] = mode & DMEXCL ? 'l' : '-';
	for(i = 0; i < 9; i++)
		s[2+i] = mode & (0400>>i) ? "rwx"[i%3] : '-';
	s[11] = 0;
	return s;
}

/* "Nov 21 00:24", or with the year when that is not plain */
static char*
date(ulong t)
{
	static char s[16];
	char *c;

	c = ctime(t);
	memmove(s, c+4, 7);
	if((long)t > now || now - (long)t > Recent){
		s[7] = ' ';
		memmove(s+8, c+24, 4);
	}else
		memmove(s+7, c+11, 5);
	s[12] = 0;
	return s;
}

static char*
suffix(Dir *d)
{
	if(!flag['F'])
		return "";
	if(d->mode & DMDIR)
		return "/";
	return d->mode & 0111 ? "*" : "";
}

static void
show(Entry *e)
{
	char *name;
	Dir *d;

	d = &e->d;
	if(flag['s'])
		Bprint(&out, "%*lld ", wkb, kilobytes(d));
	if(flag['m'])
		Bprint(&out, "[%s]%*s", d->muid, wmuid - utflen(d->muid) - 1, "");
	if(flag['q'])
		Bprint(&out, "(%.16llux %*lud %.2ux) ", d->qid.path, wvers, d->qid.vers, d->qid.type);
	if(flag['T'])
		Bprint(&out, "%c ", d->mode & DMTMP ? 't' : '-');
	if(flag['l'])
		Bprint(&out, "%s %C %*ud %-*s %-*s %*lld %s ", modestring(d->mode), d->type,
			wdev, d->dev, wuid, d->uid, wgid, d->gid, wlen, d->length, date(when(d)));
	name = fullname(e);
	if(name == nil)
		sysfatal("out of memory");
	Bprint(&out, flag['Q'] ? "%s%s\n" : "%q%s\n", name, suffix(d));
	free(name);
}

static void
output(void)
{
	long i;

	if(!flag['n'])
		qsort(list, nlist, sizeof *list, compare);
	measure();
	for(i = 0; i < nlist; i++)
		show(&list[i]);
	Bflush(&out);
	nlist = 0;
}

static void
complain(char *name)
{
	Bflush(&out);
	fprint(2, "ls: %s: %r\n", name);
	status = "errors";
}

static void
lsdir(char *name, char *prefix)
{
	Dir *d;
	long i, n;
	int fd;

	fd = open(name, OREAD);
	if(fd < 0){
		complain(name);
		return;
	}
	n = dirreadall(fd, &d);
	if(n < 0)
		complain(name);
	close(fd);
	output();
	for(i = 0; i < n; i++)
		addentry(&d[i], prefix);
	output();
	if(n >= 0)
		free(d);
}

/* a file itself: shown by the name it was asked for, split at its last slash */
static void
lsfile(Dir *d, char *name)
{
	char *p;

	for(p = name+strlen(name)-1; p > name + (*name == '#') && *p == '/'; p--)
		*p = 0;
	p = utfrrune(name, '/');
	if(p != nil && p > name + (*name == '#')){
		*p = 0;
		d->name = p+1;
		addentry(d, name);
		return;
	}
	d->name = name;
	addentry(d, nil);
}

static void
ls(char *name)
{
	Dir *d;

	d = dirstat(name);
	if(d == nil){
		complain(name);
		return;
	}
	if((d->mode & DMDIR) && !flag['d']){
		lsdir(name, name);
		free(d);
	}else
		lsfile(d, name);
}

int
main(int argc, char *argv[])
{
	ARGBEGIN{
	default:
		if(ARGC() >= nelem(flag) || strchr("dlmnpqrstuFQT", ARGC()) == nil)
			usage();
		flag[ARGC()] = 1;
	}ARGEND
	argv0 = "ls";
	now = time(nil);
	Binit(&out, 1, OWRITE);
	if(argc == 0){
		if(flag['d'])
			ls(".");
		else
			lsdir(".", nil);
	}
	for(; *argv != nil; argv++)
		ls(*argv);
	output();
	exits(status);
}
