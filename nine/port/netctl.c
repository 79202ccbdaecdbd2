/*
 * What is written to the ctl file of a conversation of an ethernet: which
 * frames it wants.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "netif.h"

enum
{
	Cconnect, Cprom, Cheaders, Caddmulti, Cremmulti,
};

static Cmdtab ctltab[] =
{
	{ Cconnect, "connect", 2 },
	{ Cprom, "promiscuous", 1 },
	{ Cheaders, "headersonly", 1 },
	{ Caddmulti, "addmulti", 2 },
	{ Cremmulti, "remmulti", 2 },
};

static void
connect(Netfile *f, Cmdbuf *cb)
{
	Ether *e;
	char *end;
	int i, type;

	e = f->ether;
	type = strtol(cb->f[1], &end, 0);
	if(*end != '\0' || end == cb->f[1] || type < Theaders || type > 0xFFFF)
		error(Ebadarg);
	for(i = 0; type > 0 && i < Nfile; i++)
		if(e->f[i] != nil && e->f[i] != f && e->f[i]->type == type)
			error(Einuse);
	f->type = type;
}

static int
hexdigit(int c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c |= 'a'^'A';
	return c >= 'a' && c <= 'f'? c-'a'+10: -1;
}

/* 12 digits, with or without a ':' between the bytes. */
static int
parseaddr(uchar *ea, char *s)
{
	int i, hi, lo;

	for(i = 0; i < Eaddrlen; i++){
		if(i > 0 && *s == ':')
			s++;
		if((hi = hexdigit(s[0])) < 0 || (lo = hexdigit(s[1])) < 0)
			return 0;
		ea[i] = hi<<4 | lo;
		s += 2;
	}
	return *s == '\0';
}

static void
group(Netfile *f, char *text, int add)
{
	uchar ea[Eaddrlen];
	int i;

	if(!parseaddr(ea, text) || (ea[0] & 1) == 0)
		error(Ebadarg);
	for(i = 0; i < f->nmulti; i++)
		if(memcmp(f->multi[i], ea, Eaddrlen) == 0)
			break;
	if(add){
		if(i == Nmulti)
			error(Enodev);
		memmove(f->multi[i], ea, Eaddrlen);
		if(i == f->nmulti)
			f->nmulti++;
	}else if(i < f->nmulti){
		f->nmulti--;
		memmove(f->multi[i], f->multi[f->nmulti], Eaddrlen);
	}
}

static void
command(Netfile *f, Cmdbuf *cb)
{
	switch(lookupcmd(cb, ctltab, nelem(ctltab))->index){
	case Cconnect:
		connect(f, cb);
		break;
	case Cprom:
		if(!f->prom)
			f->ether->prom++;
		f->prom = 1;
		break;
	case Cheaders:
		f->headersonly = 1;
		break;
	case Caddmulti:
		group(f, cb->f[1], 1);
		break;
	case Cremmulti:
		group(f, cb->f[1], 0);
		break;
	}
}

/* What was written to f's ctl file. */
void
netcommand(Netfile *f, void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	qlock(&f->ether->lk);
	if(waserror()){
		qunlock(&f->ether->lk);
		free(cb);
		nexterror();
	}
	command(f, cb);
	poperror();
	qunlock(&f->ether->lk);
	free(cb);
}

/* Is it a group somebody asked for? */
int
netmulti(Ether *e, uchar *ea)
{
	Netfile *f;
	int i, k;

	for(i = 0; i < Nfile; i++)
		if((f = e->f[i]) != nil)
			for(k = 0; k < f->nmulti; k++)
				if(memcmp(f->multi[k], ea, Eaddrlen) == 0)
					return 1;
	return 0;
}

