/*
 * #P: the machine.  There are no ports, no BIOS and no real mode here, and
 * the files that would be about them say so.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"

enum
{
	Qdir,
	Qarchctl,
	Qcputype,
	Qioalloc,
	Qiob,
	Qiow,
	Qiol,
	Qirqalloc,
	Qrealmode,
	Qrealmodemem,

	Lowmem	= 0x100000,		/* what real mode could see */
	Irqline	= 26,			/* bytes of a line in irqalloc without the name */
};

static Dirtab archdir[] =
{
	{ ".",		{ Qdir, 0, QTDIR },	0,	DMDIR|0555 },
	{ "archctl",	{ Qarchctl, 0, 0 },	0,	0664 },
	{ "cputype",	{ Qcputype, 0, 0 },	0,	0444 },
	{ "ioalloc",	{ Qioalloc, 0, 0 },	0,	0444 },
	{ "iob",	{ Qiob, 0, 0 },		0,	0660 },
	{ "iow",	{ Qiow, 0, 0 },		0,	0660 },
	{ "iol",	{ Qiol, 0, 0 },		0,	0660 },
	{ "irqalloc",	{ Qirqalloc, 0, 0 },	0,	0444 },
	{ "realmode",	{ Qrealmode, 0, 0 },	0,	0660 },
	{ "realmodemem", { Qrealmodemem, 0, 0 }, Lowmem, 0660 },
};

static Chan*
archattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('P', spec);
}

static Walkqid*
archwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, archdir, nelem(archdir), devgen);
}

static int
archstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, archdir, nelem(archdir), devgen);
}

static Chan*
archopen(Chan *c, int omode)
{
	return devopen(c, omode, archdir, nelem(archdir), devgen);
}

static void
archclose(Chan *c)
{
	(void)c;
}

/* A name for programs that choose by it; the families are the makers' numbers. */
static char*
cpuname(void)
{
	static struct {
		char	*vendor;	/* as CPUID spells it in bx, dx, cx */
		int	family;		/* at least this */
		char	*name;
	} tab[] = {
		{ "GenuineIntel",	15,	"P4" },
		{ "GenuineIntel",	6,	"Core 2/Xeon" },
		{ "GenuineIntel",	5,	"Pentium" },
		{ "AuthenticAMD",	15,	"AMD64" },
		{ "AuthenticAMD",	6,	"Athlon" },
		{ "AuthenticAMD",	5,	"AMD-K6" },
	};
	ulong r[4], family;
	char vendor[13];
	int i;

	cpuid(0, 0, r);
	memmove(vendor, &r[1], 4);
	memmove(vendor+4, &r[3], 4);
	memmove(vendor+8, &r[2], 4);
	vendor[12] = 0;
	cpuid(1, 0, r);
	family = r[0]>>8 & 0xF;
	if(family == 15)
		family += r[0]>>20 & 0xFF;
	for(i = 0; i < nelem(tab); i++)
		if(strcmp(vendor, tab[i].vendor) == 0 && (int)family >= tab[i].family)
			return tab[i].name;
	return "unknown";
}

static ulong
cpumhz(void)
{
	return m->cyclefreq / 1000000;
}

static char*
ctltext(void)
{
	enum { Size = 256 };
	char *s;

	s = smalloc(Size);
	seprint(s, s+Size,
		"cpu %s %lud\n"
		"pge off\n"
		"coherence mfence\n"
		"cmpswap cmpswap486\n"
		"i8253set off\n", cpuname(), cpumhz());
	return s;
}

static char*
cputext(void)
{
	enum { Size = 64 };
	char *s;

	s = smalloc(Size);
	seprint(s, s+Size, "%s %lud\n", cpuname(), cpumhz());
	return s;
}

/* Vector, interrupt, who. */
static char*
irqtext(void)
{
	char *s, *p, *e, *name;
	int i, n;

	n = 1;
	for(i = 0; i < LG_IRQS; i++)
		if((name = irqname(i)) != nil)
			n += Irqline + strlen(name);
	p = s = smalloc(n);
	e = s+n;
	for(i = 0; i < LG_IRQS; i++)
		if((name = irqname(i)) != nil)
			p = seprint(p, e, "%11d %11d %s\n", VectorIRQ+i, i, name);
	return s;
}

static long
archread(Chan *c, void *buf, long n, vlong off)
{
	switch((ulong)c->qid.path){
	case Qdir:
		return devdirread(c, buf, n, archdir, nelem(archdir), devgen);
	case Qarchctl:
		return readtext(off, buf, n, ctltext());
	case Qcputype:
		return readtext(off, buf, n, cputext());
	case Qioalloc:
		return 0;
	case Qirqalloc:
		return readtext(off, buf, n, irqtext());
	case Qrealmodemem:
		return readmem(off, buf, n, KADDR(0), Lowmem);
	case Qrealmode:
		error("no real mode on this machine");
	case Qiob:
	case Qiow:
	case Qiol:
		error("no i/o ports on this machine");
	}
	error(Eperm);
}

enum
{
	CMcoherence,
	CMi8253set,
	CMpge,
};

static Cmdtab archmsg[] =
{
	{ CMcoherence,	"coherence",	2 },
	{ CMi8253set,	"i8253set",	2 },
	{ CMpge,	"pge",		2 },
};

/* What Plan 9 could switch here is as it has to be; asking for that is no mistake. */
static void
archctl(Cmdbuf *cb)
{
	Cmdtab *ct;
	char *w;
	int off;

	ct = lookupcmd(cb, archmsg, nelem(archmsg));
	w = cb->f[1];
	off = strcmp(w, "off") == 0;
	if(ct->index != CMcoherence && !off && strcmp(w, "on") != 0)
		cmderror(cb, "invalid on/off control message");
	switch(ct->index){
	case CMcoherence:
		if(strcmp(w, "mb386") != 0 && strcmp(w, "mb586") != 0 && strcmp(w, "mfence") != 0
		&& strcmp(w, "nop") != 0)
			cmderror(cb, "invalid coherence message");
		break;
	case CMpge:
		if(!off)
			error("processor does not support pge");
		break;
	case CMi8253set:
		break;
	}
}

static long
archwrite(Chan *c, void *buf, long n, vlong off)
{
	Cmdbuf *cb;

	(void)off;
	switch((ulong)c->qid.path){
	case Qarchctl:
		cb = parsecmd(buf, n);
		if(waserror()){
			free(cb);
			nexterror();
		}
		archctl(cb);
		poperror();
		free(cb);
		return n;
	case Qrealmode:
		error("no real mode on this machine");
	case Qiob:
	case Qiow:
	case Qiol:
		error("no i/o ports on this machine");
	}
	error(Eperm);
}

Dev archdevtab =
{
	'P',
	"arch",

	devreset,
	devinit,
	devshutdown,
	archattach,
	archwalk,
	archstat,
	archopen,
	devcreate,
	archclose,
	archread,
	devbread,
	archwrite,
	devbwrite,
	devremove,
	devwstat,
};
