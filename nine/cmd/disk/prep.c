/* SPDX-License-Identifier: MIT */
/*
 * prep - divide a Plan 9 partition.  Its table is text in its second sector:
 * lines "part name start end", counted from its beginning.
 */
#include "u.h"
#include "libc.h"
#include "parts.h"

enum
{
	Reserved	= 2,		/* sectors: what a loader may be in, the table */
};

/* For -a: how much, at least and as a share; weights of what is left. */
typedef struct Auto Auto;
struct Auto
{
	char	*name;
	vlong	min;			/* bytes */
	vlong	max;
	int	weight;			/* 0: just max */
	int	wanted;
};

static Auto autos[] =
{
	{ "9fat",	10LL<<20,	100LL<<20,	0,	0 },
	{ "nvram",	512,		512,		0,	0 },
	{ "fscfg",	1024,		8192,		0,	0 },
	{ "fs",		200LL<<20,	0,		10,	0 },
	{ "fossil",	200LL<<20,	0,		4,	0 },
	{ "arenas",	500LL<<20,	0,		20,	0 },
	{ "isect",	25LL<<20,	0,		1,	0 },
	{ "other",	1LL<<20,	0,		4,	0 },
	{ "cfs",	10LL<<20,	1LL<<30,	0,	0 },
	{ "swap",	100LL<<20,	512LL<<20,	0,	0 },
};

static void
ctlname(Table *t, Part *p, char *buf, int n)
{
	USED(t);
	strecpy(buf, buf+n, p->name);
}

static int
writeprep(Table *t)
{
	char *s, *p;
	int i, r;

	s = mallocz(t->secsize+1, 1);
	if(s == nil)
		return -1;
	p = s;
	for(i = 0; i < t->npart; i++)
		p = seprint(p, s+t->secsize+1, "part %s %lld %lld\n", t->part[i].name,
			t->part[i].start, t->part[i].end);
	r = 0;
	if(p-s >= t->secsize){
		werrstr("too many partitions for their sector");
		r = -1;
	}else if(pwrite(t->fd, s, t->secsize, t->secsize) != t->secsize)
		r = -1;
	free(s);
	return r;
}

/* Whatever is there that is no table is none. */
static void
readprep(Table *t)
{
	char *s, *p, *nl, *f[5], *err;

	s = mallocz(t->secsize+1, 1);
	if(s == nil || pread(t->fd, s, t->secsize, t->secsize) != t->secsize)
		sysfatal("%s: %r", t->file);
	if(strncmp(s, "part", 4) == 0)
		for(p = s; p != nil && *p != 0; p = nl){
			nl = strchr(p, '\n');
			if(nl != nil)
				*nl++ = 0;
			if(tokenize(p, f, nelem(f)) != 4 || strcmp(f[0], "part") != 0)
				break;
			err = addpart(t, f[1], strtoll(f[2], nil, 10), strtoll(f[3], nil, 10), nil);
			if(err != nil)
				fprint(2, "prep: %s: %s: left out\n", f[1], err);
		}
	free(s);
}

static void
want(char *name)
{
	int i;

	for(i = 0; i < nelem(autos); i++)
		if(strcmp(autos[i].name, name) == 0){
			autos[i].wanted = 1;
			return;
		}
	fprint(2, "prep: -a %s: unknown; there are", name);
	for(i = 0; i < nelem(autos); i++)
		fprint(2, " %s", autos[i].name);
	fprint(2, "\n");
	exits("usage");
}

static vlong
upto(Table *t, vlong bytes)
{
	return (bytes + t->secsize-1)/t->secsize;
}

/* Minima first; what is left goes by weight, or stays. */
static void
autoparts(Table *t)
{
	vlong at, left, n, extra;
	int i, weights;
	char *err;

	at = Reserved;
	left = t->secs - at;
	weights = 0;
	for(i = 0; i < nelem(autos); i++)
		if(autos[i].wanted){
			left -= upto(t, autos[i].min);
			weights += autos[i].weight;
		}
	if(left < 0)
		sysfatal("%s: too small for all that", t->file);
	for(i = 0; i < nelem(autos); i++){
		if(!autos[i].wanted)
			continue;
		n = upto(t, autos[i].min);
		if(autos[i].weight == 0){
			extra = upto(t, autos[i].max) - n;
			if(extra > left/10)
				extra = left/10;
			left -= extra;
			n += extra;
			autos[i].min = n*t->secsize;
		}
	}
	for(i = 0; i < nelem(autos); i++){
		if(!autos[i].wanted)
			continue;
		n = upto(t, autos[i].min);
		if(autos[i].weight != 0)
			n += left*autos[i].weight/weights;
		err = addpart(t, autos[i].name, at, at+n, nil);
		if(err != nil)
			sysfatal("%s: %s", autos[i].name, err);
		at += n;
	}
	t->changed = 1;
}

static void
usage(void)
{
	fprint(2, "usage: disk/prep [-bprw] [-a name]... [-s sectorsize] plan9partition\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	static Table t;
	int blank, show, rdonly, wr, autos;

	blank = show = rdonly = wr = autos = 0;
	ARGBEGIN{
	case 'a':
		want(EARGF(usage()));
		autos = 1;
		break;
	case 'b':
		blank = 1;
		break;
	case 'p':
		show = rdonly = 1;
		break;
	case 'r':
		rdonly = 1;
		break;
	case 's':
		t.secsize = atoi(EARGF(usage()));
		break;
	case 'w':
		wr = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "prep";
	if(argc != 1)
		usage();
	t.write = writeprep;
	t.ctlname = ctlname;
	if(opentable(&t, argv[0], rdonly) < 0)
		sysfatal("%s: %r", argv[0]);
	if(t.secs <= Reserved)
		sysfatal("%s: too small", argv[0]);
	t.dot = Reserved;
	if(!blank)
		readprep(&t);
	else
		t.changed = 1;
	if(autos && t.npart == 0)
		autoparts(&t);
	else if(autos)
		fprint(2, "prep: there are partitions: -a does nothing; -b forgets them\n");
	if(show){
		printctl(&t, 1);
		exits(nil);
	}
	if(wr){
		if(writetable(&t) < 0)
			sysfatal("%s: %r", argv[0]);
		exits(nil);
	}
	printtable(&t);
	edittable(&t);
	exits(nil);
}
