/*
 * The texts behind the files of #c that report on or steer the machine:
 * times, statistics, drivers, users, reboot.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "constext.h"

#define NSHZ	1000000000ULL		/* our fast clock ticks in ns */

static uvlong statsince;		/* ns of the last reset */

/* n columns for each number */
static char*
number(char *p, char *e, uvlong v, int size)
{
	return seprint(p, e, "%*llud ", size-1, v);
}

char*
cputimetext(void)
{
	char *s, *p;
	int i;

	p = s = smalloc(NTIME*NUMSIZE+1);
	for(i = 0; i < NTIME; i++)
		p = number(p, s+NTIME*NUMSIZE+1, procms(up, i), NUMSIZE);
	return s;
}

char*
driverstext(void)
{
	char *s, *p, *e;
	int i, n;

	n = 1;
	for(i = 0; devtab[i] != nil; i++)
		n += 2 + UTFmax + 2 + strlen(devtab[i]->name);
	p = s = smalloc(n);
	e = s+n;
	for(i = 0; devtab[i] != nil; i++)
		p = seprint(p, e, "#%C %s\n", devtab[i]->dc, devtab[i]->name);
	return s;
}

char*
swaptext(void)
{
	enum { Size = 256 };
	char *s;

	s = smalloc(Size);
	seprint(s, s+Size,
		"%lud memory\n"
		"%d pagesize\n"
		"%lud kernel\n"
		"%lud/%lud user\n"
		"0/0 swap\n"
		"%lud/%lud kernel malloc\n"
		"0/0 kernel draw\n",
		conf.npage*BY2PG, BY2PG, conf.npage-conf.upages,
		conf.upages-freepages(), conf.upages,
		mallocused(), mallocheap());
	return s;
}

/* Rows and columns of the terminal; our own addition. */
char*
winsizetext(void)
{
	enum { Size = 32 };
	char *s;
	int rows, cols;

	conssize(&rows, &cols);
	s = smalloc(Size);
	seprint(s, s+Size, "%d %d\n", rows, cols);
	return s;
}

static ulong
percent(uvlong cyc)
{
	uvlong ms;

	ms = (fastns() - (statsince != 0? statsince: m->bootns))/1000000;
	if(ms == 0 || m->cyclefreq < 1000)
		return 0;
	cyc = cyc*100 / (m->cyclefreq/1000*ms);
	return cyc > 100? 100: cyc;
}

char*
sysstattext(void)
{
	enum { Size = 10*NUMSIZE+2 };
	ulong v[10];
	char *s, *p;
	int i;

	v[0] = m->machno;
	v[1] = m->cs;
	v[2] = m->intr;
	v[3] = m->syscall;
	v[4] = m->pfault;
	v[5] = m->tlbfault;
	v[6] = m->tlbpurge;
	v[7] = m->load;
	v[8] = percent(m->idlecyc);
	v[9] = percent(m->intrcyc);
	p = s = smalloc(Size);
	for(i = 0; i < nelem(v); i++)
		p = number(p, s+Size, v[i], NUMSIZE);
	*p++ = '\n';
	return s;
}

void
sysstatreset(void)
{
	m->cs = 0;
	m->intr = 0;
	m->syscall = 0;
	m->pfault = 0;
	m->tlbfault = 0;
	m->tlbpurge = 0;
	m->idlecyc = 0;
	m->intrcyc = 0;
	statsince = fastns();
}

/* --- time -------------------------------------------------------------------- */

char*
timetext(void)
{
	enum { Size = NUMSIZE+3*VLNUMSIZE+1 };
	char *s, *p;
	vlong ns;

	p = s = smalloc(Size);
	ns = todget();
	p = number(p, s+Size, ns/(vlong)NSHZ, NUMSIZE);
	p = number(p, s+Size, ns, VLNUMSIZE);
	p = number(p, s+Size, fastns(), VLNUMSIZE);
	number(p, s+Size, NSHZ, VLNUMSIZE);
	return s;
}

void
timewrite(char *s)
{
	vlong t;

	t = strtoll(s, nil, 0);
	if(t <= 0)
		error(Ebadarg);
	todset(t*(vlong)NSHZ);
}

static void
putbig(uchar *p, uvlong v)
{
	int i;

	for(i = 7; i >= 0; i--){
		p[i] = v;
		v >>= 8;
	}
}

static uvlong
getbig(char *p)
{
	uvlong v;
	int i;

	v = 0;
	for(i = 0; i < 8; i++)
		v = v<<8 | (p[i] & 0xff);
	return v;
}

/* ns since the epoch, ticks, ticks a second: as many of the three as are asked for */
long
bintimeread(uchar *buf, long n)
{
	uchar t[24];

	putbig(t, todget());
	putbig(t+8, fastns());
	putbig(t+16, NSHZ);
	n = n >= 24? 24: n >= 16? 16: n >= 8? 8: 0;
	memmove(buf, t, n);
	return n;
}

/*
 * 'n' sets the time; 'd' moves it by a difference, which we do at once
 * rather than over the period named; 'f' would say how fast our clock
 * ticks, which the host knows better.
 */
void
bintimewrite(char *s, long n)
{
	if(n >= 9 && s[0] == 'n')
		todset(getbig(s+1));
	else if(n >= 9 && s[0] == 'd')
		todset(todget() + (vlong)getbig(s+1));
	else if(n < 9 || s[0] != 'f')
		error(Ebadctl);
}

/* --- users, reboot ------------------------------------------------------------- */

static void
renameuser(char *old, char *new)
{
	Proc *p;
	int i;

	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->state != Dead && p->user != nil && strcmp(p->user, old) == 0)
			kstrdup(&p->user, new);
	}
}

/* The machine changes hands, and with it what belonged to its owner. */
void
hostownerwrite(char *s)
{
	char *old;

	if(*s == 0)
		error(Ebadarg);
	old = nil;
	kstrdup(&old, eve);
	kstrdup(&eve, s);
	renameuser(old, eve);
	free(old);
}

/* Anyone may become nobody. */
void
userwrite(char *s)
{
	if(strcmp(s, "none") != 0)
		error(Eperm);
	kstrdup(&up->user, s);
	up->basepri = PriNormal;
}

/* "exit N text": the text is the rest of the line as it stands. */
static void
exitmachine(char *s)
{
	ulong status;
	char *e;

	status = strtoul(s, &e, 10);
	if(e == s || status > 255)
		error(Ebadctl);
	while(*e == ' ')
		e++;
	chandevshutdown();
	lgexit(status, *e == 0? nil: e);
}

void
rebootwrite(char *s, long n)
{
	while(n > 0 && s[n-1] == '\n')
		s[--n] = 0;
	if(strncmp(s, "exit ", 5) == 0)
		exitmachine(s+5);
	else if(strcmp(s, "halt") == 0){
		chandevshutdown();
		lghalt();
	}else if(strcmp(s, "panic") == 0){
		panic("/dev/reboot");
	}else if(strcmp(s, "reboot") == 0){
		chandevshutdown();
		lgreboot();
	}
	error(Ebadctl);
}
