/*
 * The raw file of a disk: write a SCSI command, read or write its data, read
 * its status, a number.  The disk understands what a program needs to use it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "sd.h"

enum
{
	Rcmd,				/* SDraw.state: what is expected next */
	Rdata,
	Rstatus,

	Testunit	= 0x00,
	Reqsense	= 0x03,
	Inquiry		= 0x12,
	Readcap		= 0x25,
	Read10		= 0x28,
	Write10		= 0x2A,
	Synccache	= 0x35,
	Read16		= 0x88,
	Write16		= 0x8A,
	Synccache16	= 0x91,
	Service		= 0x9E,		/* with 0x10: capacity, 16 */

	Good		= 0,
	Check		= 2,

	Illegalcmd	= 0x052000,	/* sense */
	Badlba		= 0x052100,
	Failed		= 0x030000,

	Maxraw		= 2*1024*1024,
};

static uvlong
be(uchar *p, int n)
{
	uvlong v;

	for(v = 0; n > 0; n--)
		v = v<<8 | *p++;
	return v;
}

static void
putbe(uchar *p, uvlong v, int n)
{
	while(n > 0){
		p[--n] = v;
		v >>= 8;
	}
}

static void
sense(SDraw *r, ulong s)
{
	r->sense = s;
	r->status = s == 0? Good: Check;
}

/* The answers of a few bytes. */
static int
answer(SDunit *u, uchar *b)
{
	SDraw *r;

	r = &u->raw;
	memset(b, 0, 64);
	switch(r->cmd[0]){
	case Reqsense:
		b[0] = 0x70;
		b[2] = r->sense>>16;
		b[7] = 10;
		b[12] = r->sense>>8;
		b[13] = r->sense;
		sense(r, 0);
		return 18;
	case Inquiry:
		b[2] = 5;
		b[3] = 2;
		b[4] = 31;
		memset(b+8, ' ', 28);
		memmove(b+8, u->inquiry, strlen(u->inquiry) < 28? strlen(u->inquiry): 28);
		return 36;
	case Readcap:
		putbe(b, u->sectors-1 > 0xFFFFFFFFULL? 0xFFFFFFFFULL: u->sectors-1, 4);
		putbe(b+4, u->secsize, 4);
		return 8;
	case Service:
		putbe(b, u->sectors-1, 8);
		putbe(b+8, u->secsize, 4);
		return 32;
	}
	return 0;
}

static long
blocks(SDunit *u, int op, uchar *a, long n)
{
	uvlong bno;
	ulong nb;
	SDraw *r;

	r = &u->raw;
	if(r->cmd[0] == Read10 || r->cmd[0] == Write10){
		bno = be(r->cmd+2, 4);
		nb = be(r->cmd+7, 2);
	}else{
		bno = be(r->cmd+2, 8);
		nb = be(r->cmd+10, 4);
	}
	if(nb > n/u->secsize)
		nb = n/u->secsize;
	if(nb > Maxraw/u->secsize)
		nb = Maxraw/u->secsize;
	if(bno > u->sectors || nb > u->sectors-bno){
		sense(r, Badlba);
		return 0;
	}
	if(nb > 0)
		sdtransfer(u, op, a, nb*u->secsize, bno);
	return nb*u->secsize;
}

/* The command, now that its data are there or wanted; op: which. */
static long
perform(SDunit *u, int op, uchar *a, long n)
{
	uchar b[64];
	SDraw *r;
	long m;

	r = &u->raw;
	if(r->cmd[0] != Reqsense)
		sense(r, 0);
	switch(r->cmd[0]){
	case Testunit:
		return 0;
	case Synccache:
	case Synccache16:
		u->ctl(u, SDflush, 0, 0);
		return 0;
	case Read10:
	case Read16:
		if(op == SDread)
			return blocks(u, SDread, a, n);
		break;
	case Write10:
	case Write16:
		if(op == SDwrite && !u->rdonly)
			return blocks(u, SDwrite, a, n);
		break;
	case Service:
		if((r->cmd[1] & 0x1F) != 0x10)
			break;
		/* fall through */
	case Reqsense:
	case Inquiry:
	case Readcap:
		if(op != SDread)
			break;
		m = answer(u, b);
		if(m > n)
			m = n;
		memmove(a, b, m);
		return m;
	}
	sense(r, Illegalcmd);
	return 0;
}

/* A failure is in the status, and its reason in the sense: no error here. */
static long
data(SDunit *u, int op, uchar *a, long n)
{
	long m;

	u->raw.state = Rstatus;
	if(waserror()){
		sense(&u->raw, Failed);
		return 0;
	}
	m = perform(u, op, a, n);
	poperror();
	return m;
}

static long
rawdo(SDunit *u, int op, uchar *a, long n)
{
	SDraw *r;

	r = &u->raw;
	switch(r->state){
	case Rcmd:
		if(op != SDwrite || n < 6 || n > (long)sizeof r->cmd)
			error(Ebadarg);
		memset(r->cmd, 0, sizeof r->cmd);
		memmove(r->cmd, a, n);
		r->ncmd = n;
		r->state = Rdata;
		return n;
	case Rdata:
		return data(u, op, a, n);
	default:
		if(op != SDread)
			error(Ebadusefd);
		r->state = Rcmd;
		return readnum(0, (char*)a, n, r->status, 12);
	}
}

static long
rawlocked(SDunit *u, int op, void *a, long n)
{
	SDraw *r;

	r = &u->raw;
	qlock(r);
	if(waserror()){
		qunlock(r);
		nexterror();
	}
	n = rawdo(u, op, a, n);
	poperror();
	qunlock(r);
	return n;
}

long
sdrawread(SDunit *u, void *a, long n)
{
	return rawlocked(u, SDread, a, n);
}

long
sdrawwrite(SDunit *u, void *a, long n)
{
	return rawlocked(u, SDwrite, a, n);
}
