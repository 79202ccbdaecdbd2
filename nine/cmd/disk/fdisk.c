/* SPDX-License-Identifier: MIT */
/*
 * fdisk - the partition table of PCs, in the last bytes of the first sector.
 * Primary partitions p1 to p4 can be changed; those inside an extended one are
 * shown, as s1 and on.
 */
#include "u.h"
#include "libc.h"
#include "parts.h"

enum
{
	Toff	= 446,			/* of the table in its sector */
	Entry	= 16,
	Nentry	= 4,
	Align	= 2048,			/* sectors: 1 MB */
	Maxext	= 60,

	Plan9	= 0x39,
	Gpt	= 0xEE,
};

typedef struct Type Type;
struct Type
{
	int	type;
	char	*word;			/* for t */
	char	*name;			/* in #S; nil: not there */
};

static Type types[] =
{
	{ Plan9,	"plan9",	"plan9" },
	{ 0x0C,		"fat32",	"dos" },
	{ 0x0B,		"fat32chs",	"dos" },
	{ 0x0E,		"fat16",	"dos" },
	{ 0x06,		"fat16chs",	"dos" },
	{ 0x04,		"fat16small",	"dos" },
	{ 0x01,		"fat12",	"dos" },
	{ 0xEF,		"efi",		"esp" },
	{ 0x07,		"ntfs",		"ntfs" },
	{ 0x83,		"linux",	"linux" },
	{ 0x82,		"linuxswap",	"linuxswap" },
	{ 0x8E,		"linuxlvm",	"linuxlvm" },
	{ 0xA5,		"freebsd",	"freebsd" },
	{ 0xA6,		"openbsd",	"openbsd" },
	{ 0xA9,		"netbsd",	"netbsd" },
	{ 0x05,		"extended",	nil },
	{ 0x0F,		"extendedlba",	nil },
	{ 0x85,		"extendedlinux", nil },
	{ Gpt,		"gpt",		nil },
};

static uchar boot[4096];		/* the first sector */

static ulong
le32(uchar *p)
{
	return p[0] | p[1]<<8 | p[2]<<16 | (ulong)p[3]<<24;
}

static void
putle32(uchar *p, ulong v)
{
	p[0] = v;
	p[1] = v>>8;
	p[2] = v>>16;
	p[3] = v>>24;
}

static int
isext(int type)
{
	return type == 0x05 || type == 0x0F || type == 0x85;
}

static char*
basename(int type)
{
	int i;

	for(i = 0; i < nelem(types); i++)
		if(types[i].type == type)
			return types[i].name;
	return nil;
}

/* plan9, then plan9.1, plan9.2; a type without a name only has p1. */
static void
ctlname(Table *t, Part *p, char *buf, int n)
{
	char *base, *b;
	Part *q;
	int before;

	*buf = 0;
	if(isext(p->type) || p->type == Gpt)
		return;
	base = basename(p->type);
	if(base == nil){
		strecpy(buf, buf+n, p->name);
		return;
	}
	before = 0;
	for(q = t->part; q < p; q++){
		b = basename(q->type);
		if(b != nil && strcmp(b, base) == 0)
			before++;
	}
	if(before == 0)
		strecpy(buf, buf+n, base);
	else
		snprint(buf, n, "%s.%d", base, before);
}

/* --- reading --- */

static void
take(Table *t, uchar *e, vlong base, int slot)
{
	char name[Partname], *err, *fixed;
	vlong start;
	Part *p;

	start = base + le32(e+8);
	snprint(name, sizeof name, slot < Nentry? "p%d": "s%d", slot < Nentry? slot+1: slot-Nentry+1);
	fixed = t->fixed;
	t->fixed = nil;
	if(slot >= Nentry){
		/* lies in the extended one: put in directly */
		if(t->npart == Maxpart || start+le32(e+12) > t->secs || le32(e+12) == 0){
			t->fixed = fixed;
			return;
		}
		p = &t->part[t->npart++];
		memset(p, 0, sizeof *p);
		strecpy(p->name, p->name+sizeof p->name, name);
		p->start = start;
		p->end = start+le32(e+12);
		err = nil;
	}else
		err = addpart(t, name, start, start+le32(e+12), &p);
	t->fixed = fixed;
	if(err != nil){
		fprint(2, "fdisk: %s: %s: left out\n", name, err);
		return;
	}
	p->type = e[4];
	p->active = e[0] == 0x80;
	p->slot = slot;
}

static int
goodsector(uchar *s)
{
	return s[510] == 0x55 && s[511] == 0xAA;
}

/* A chain of sectors, each with one partition and the place of the next. */
static void
extended(Table *t, vlong base)
{
	uchar *s, *e;
	vlong at;
	int i, n;

	s = malloc(t->secsize);
	if(s == nil)
		sysfatal("no memory");
	at = base;
	for(n = 0; n < Maxext && at > 0 && at < t->secs; n++){
		if(pread(t->fd, s, t->secsize, at*t->secsize) != t->secsize || !goodsector(s))
			break;
		e = s+Toff;
		if(e[4] != 0)
			take(t, e, at, Nentry+n);
		at = 0;
		for(i = 1; i < Nentry; i++)
			if(isext(s[Toff+i*Entry+4]))
				at = base + le32(s+Toff+i*Entry+8);
	}
	free(s);
}

static void
readfdisk(Table *t)
{
	uchar *e;
	int i;

	if(!goodsector(boot))
		return;
	for(i = 0; i < Nentry; i++){
		e = boot+Toff+i*Entry;
		if(e[4] == Gpt)
			fprint(2, "fdisk: %s: has a GPT, which is not understood\n", t->file);
		if(e[4] != 0)
			take(t, e, 0, i);
	}
	for(i = 0; i < t->npart; i++)
		if(isext(t->part[i].type)){
			extended(t, t->part[i].start);
			break;
		}
}

/* --- writing --- */

static void
giveslots(Table *t)
{
	Part *p;

	for(p = t->part; p < t->part+t->npart; p++)
		if(p->slot < Nentry){
			p->slot = p->name[1]-'1';
			if(p->type == 0)
				p->type = Plan9;
		}
}

static int
writefdisk(Table *t)
{
	uchar *e;
	Part *p;

	giveslots(t);
	memset(boot+Toff, 0, Nentry*Entry);
	for(p = t->part; p < t->part+t->npart; p++){
		if(p->slot >= Nentry)
			continue;
		if(p->end > 0xFFFFFFFFLL){
			werrstr("%s: beyond what this table can say", p->name);
			return -1;
		}
		e = boot+Toff+p->slot*Entry;
		e[0] = p->active? 0x80: 0;
		memset(e+1, 0xFF, 7);	/* cylinders: not used for a generation */
		e[1] = e[5] = 0xFE;
		e[4] = p->type;
		putle32(e+8, p->start);
		putle32(e+12, p->end-p->start);
	}
	boot[510] = 0x55;
	boot[511] = 0xAA;
	return pwrite(t->fd, boot, t->secsize, 0) == t->secsize? 0: -1;
}

/* --- commands --- */

static int
settype(Table *t, char *name, char *type)
{
	Part *p;
	char *e;
	int i, v;

	p = findpart(t, name);
	if(p == nil || p->slot >= Nentry){
		fprint(2, "?no such partition\n");
		return 0;
	}
	v = -1;
	for(i = 0; i < nelem(types); i++)
		if(strcmp(types[i].word, type) == 0)
			v = types[i].type;
	if(v < 0){
		v = strtol(type, &e, 16);
		if(*e != 0 || v <= 0 || v > 0xFF){
			fprint(2, "?not a type; T lists them\n");
			return 0;
		}
	}
	p->type = v;
	t->changed = 1;
	return 0;
}

static int
activate(Table *t, char *name)
{
	Part *p, *q;

	p = findpart(t, name);
	if(p == nil || p->slot >= Nentry){
		fprint(2, "?no such partition\n");
		return 0;
	}
	for(q = t->part; q < t->part+t->npart; q++)
		q->active = q == p;
	t->changed = 1;
	return 0;
}

static int
more(Table *t, int n, char **f)
{
	int i;

	giveslots(t);
	if(f[0][0] == 'A' && n == 2)
		return activate(t, f[1]);
	if(f[0][0] == 't' && n == 3)
		return settype(t, f[1], f[2]);
	if(f[0][0] == 'T' && n == 1){
		for(i = 0; i < nelem(types); i++)
			print("%.2x %s\n", types[i].type, types[i].word);
		return 0;
	}
	return -1;
}

/* One for Plan 9, in the largest free space. */
static void
autopart(Table *t)
{
	vlong start, end;
	char name[4], *err;
	Part *p;
	int i;

	for(p = t->part; p < t->part+t->npart; p++)
		if(p->type == Plan9)
			return;
	for(i = 1; i <= Nentry; i++){
		snprint(name, sizeof name, "p%d", i);
		if(findpart(t, name) == nil)
			break;
	}
	start = end = 0;
	if(i > Nentry || !largestgap(t, t->secs > 2*Align? Align: 1, &start, &end))
		sysfatal("%s: no room for a Plan 9 partition", t->file);
	err = addpart(t, name, start, end, &p);
	if(err != nil)
		sysfatal("%s: %s", t->file, err);
	p->type = Plan9;
	p->slot = i-1;
	t->changed = 1;
}

static void
usage(void)
{
	fprint(2, "usage: disk/fdisk [-abprw] [-s sectorsize] disk\n");
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
	argv0 = "fdisk";
	if(argc != 1)
		usage();
	t.write = writefdisk;
	t.ctlname = ctlname;
	t.more = more;
	t.fixed = "p";
	t.help = "A name - make it the active one\nt name type - set its type\nT - list the types\n";
	if(opentable(&t, argv[0], rdonly) < 0)
		sysfatal("%s: %r", argv[0]);
	if(pread(t.fd, boot, t.secsize, 0) != t.secsize)
		sysfatal("%s: %r", argv[0]);
	t.dot = t.secs > 2*Align? Align: 1;
	if(!blank)
		readfdisk(&t);
	else
		t.changed = 1;
	if(autos)
		autopart(&t);
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
