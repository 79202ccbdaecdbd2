/*
 * #t: serial lines, eiaN with eiaNctl and eiaNstatus.  A line is a driver's
 * (uart.h); here are the files, and the letters that are written to ctl.
 *
 * The lines of this machine have no wires: speed, bits and signals are kept
 * for whoever asks, and change nothing.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "uart.h"

enum
{
	Qdir,				/* qid.path: number of the line + 1, and one of these */
	Qdata,
	Qctl,
	Qstatus,

	Chunk	= 4096,			/* bytes copied at once */
	Xoff	= 'S' & 037,
	Xon	= 'Q' & 037,
};

#define QTYPE(q)	((int)(q).path & 3)
#define QLINE(q)	((int)((q).path>>2) - 1)
#define QPATH(line, t)	(((line)+1)<<2 | (t))

static Uart *lines;
static int nline;

void
uartadd(Uart *u)
{
	static char name[16];
	Uart **l;

	snprint(name, sizeof name, "eia%d", nline++);
	kstrdup(&u->name, name);
	u->baud = 9600;
	u->bits = 8;
	u->stop = 1;
	u->parity = 'n';
	u->fifo = 1;
	for(l = &lines; *l != nil; l = &(*l)->next)
		;
	*l = u;
}

static Uart*
line(int n)
{
	Uart *u;

	for(u = lines; u != nil && n > 0; n--)
		u = u->next;
	if(u == nil)
		error(Enonexist);
	return u;
}

int
uartinput(Uart *u, uchar *p, int n)
{
	int i, k;

	if(!u->xonoff)
		return n;
	for(i = k = 0; i < n; i++)
		if(p[i] == Xoff)
			u->blocked = 1;
		else if(p[i] == Xon)
			u->blocked = 0;
		else
			p[k++] = p[i];
	if(!u->blocked)
		u->phys->unblock(u);
	return k;
}

static int
uartgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	static char *suffix[] = { "", "", "ctl", "status" };
	Uart *u;
	Qid q;
	int t;

	(void)name; (void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, Qdir, 0, QTDIR);
		devdir(c, q, "#t", 0, eve, 0555, d);
		return 1;
	}
	if(i >= 3*nline)
		return -1;
	u = line(i/3);
	t = Qdata + i%3;
	snprint(up->genbuf, sizeof up->genbuf, "%s%s", u->name, suffix[t]);
	mkqid(&q, QPATH(i/3, t), 0, QTFILE);
	devdir(c, q, up->genbuf, 0, eve, t == Qstatus? 0444: 0660, d);
	return 1;
}

static Chan*
uartattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('t', spec);
}

static Walkqid*
uartwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, uartgen);
}

static int
uartstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, uartgen);
}

/* The first opener finds the signals up. */
static Chan*
uartopen(Chan *c, int omode)
{
	Uart *u;

	c = devopen(c, omode, nil, 0, uartgen);
	if((c->qid.type & QTDIR) || QTYPE(c->qid) == Qstatus)
		return c;
	u = line(QLINE(c->qid));
	qlock(&u->lk);
	if(u->opens++ == 0){
		u->dtr = u->rts = 1;
		u->phys->enable(u, 1);
	}
	qunlock(&u->lk);
	return c;
}

static void
uartclose(Chan *c)
{
	Uart *u;

	if((c->flag & COPEN) == 0 || (c->qid.type & QTDIR) || QTYPE(c->qid) == Qstatus)
		return;
	u = line(QLINE(c->qid));
	qlock(&u->lk);
	if(--u->opens == 0){
		u->dtr = u->rts = u->xonoff = u->blocked = 0;
		u->phys->unblock(u);
		u->phys->enable(u, 0);
	}
	qunlock(&u->lk);
}

static char*
statustext(Uart *u)
{
	enum { Size = 256 };
	char *s;

	s = smalloc(Size);
	seprint(s, s+Size,
		"b%d c0 d%d e1 l%d m%d p%c r%d s%d i%d x%d\n"
		"dev(%s) type(%d) framing(0) overruns(%lud) berr(0) serr(0) cts dsr dcd%s\n",
		u->baud, u->dtr, u->bits, u->modem, u->parity, u->rts, u->stop, u->fifo, u->xonoff,
		u->phys->name, u->phys->type, u->overrun, u->blocked? " blocked": "");
	return s;
}

/* A number behind a letter, in a range. */
static int
value(char *s, int low, int high)
{
	long n;
	char *e;

	n = strtol(s+1, &e, 0);
	if(e == s+1 || *e != 0 || n < low || n > high)
		error(Ebadarg);
	return n;
}

static void
letter(Uart *u, char *s)
{
	switch(*s | 040){
	case 'b':
		u->baud = value(s, 1, 10000000);
		break;
	case 'l':
		u->bits = value(s, 5, 8);
		break;
	case 'p':
		if((s[1] != 'n' && s[1] != 'e' && s[1] != 'o') || s[2] != 0)
			error(Ebadarg);
		u->parity = s[1];
		break;
	case 's':
		u->stop = value(s, 1, 2);
		break;
	case 'd':
		u->dtr = value(s, 0, 1);
		break;
	case 'r':
		u->rts = value(s, 0, 1);
		break;
	case 'm':
		u->modem = value(s, 0, 1);
		break;
	case 'i':
		u->fifo = value(s, 0, 255);
		break;
	case 'x':
		u->xonoff = value(s, 0, 1);
		if(!u->xonoff){
			u->blocked = 0;
			u->phys->unblock(u);
		}
		break;
	case 'f':
		u->phys->flush(u);
		break;
	case 'h':			/* hang up: there is no wire to let go */
		u->dtr = u->rts = 0;
		break;
	case 'c': case 'e':		/* what to do when a signal goes away */
	case 'k':			/* a break */
	case 'n': case 'q': case 'w':	/* queues and their timer: input waits as long as it has to */
		break;
	default:
		error(Ebadarg);
	}
}

static void
ctl(Uart *u, char *s, long n)
{
	Cmdbuf *cb;
	int i;

	cb = parsecmd(s, n);
	qlock(&u->lk);
	if(waserror()){
		qunlock(&u->lk);
		free(cb);
		nexterror();
	}
	for(i = 0; i < cb->nf; i++)
		letter(u, cb->f[i]);
	poperror();
	qunlock(&u->lk);
	free(cb);
}

/* The driver moves bytes to and from our memory, for the user's may have to be fetched. */
static long
datawrite(Uart *u, uchar *p, long n)
{
	uchar *buf;
	long done, m;

	buf = smalloc(Chunk);
	if(waserror()){
		free(buf);
		nexterror();
	}
	for(done = 0; done < n; done += m){
		m = n-done < Chunk? n-done: Chunk;
		memmove(buf, p+done, m);
		u->phys->write(u, buf, m);
	}
	poperror();
	free(buf);
	return n;
}

static long
dataread(Uart *u, uchar *p, long n)
{
	uchar *buf;

	if(n > Chunk)
		n = Chunk;
	buf = smalloc(n);
	if(waserror()){
		free(buf);
		nexterror();
	}
	n = u->phys->read(u, buf, n);
	memmove(p, buf, n);
	poperror();
	free(buf);
	return n;
}

static long
uartread(Chan *c, void *buf, long n, vlong off)
{
	Uart *u;

	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, uartgen);
	u = line(QLINE(c->qid));
	switch(QTYPE(c->qid)){
	case Qdata:
		if(u->console)
			error(Einuse);
		return n <= 0? 0: dataread(u, buf, n);
	case Qctl:
		return readnum(off, buf, n, QLINE(c->qid), 12);
	case Qstatus:
		return readtext(off, buf, n, statustext(u));
	}
	error(Eperm);
}

static long
uartwrite(Chan *c, void *buf, long n, vlong off)
{
	Uart *u;

	(void)off;
	if(c->qid.type & QTDIR)
		error(Eisdir);
	u = line(QLINE(c->qid));
	switch(QTYPE(c->qid)){
	case Qdata:
		return datawrite(u, buf, n);
	case Qctl:
		ctl(u, buf, n);
		return n;
	}
	error(Eperm);
}

Dev uartdevtab =
{
	't',
	"uart",

	uartlginit,
	devinit,
	devshutdown,
	uartattach,
	uartwalk,
	uartstat,
	uartopen,
	devcreate,
	uartclose,
	uartread,
	devbread,
	uartwrite,
	devbwrite,
	devremove,
	devwstat,
};
