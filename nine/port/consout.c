/*
 * The console's output, behind #c/cons: what programs and the kernel say, and
 * the record of kernel messages.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "cons.h"

enum
{
	Msgsize		= 16*1024,	/* of kernel messages kept */
	Outchunk	= 8*1024,
};

static struct
{
	Lock;
	char	buf[Msgsize];
	int	n;
} msg;

static struct
{
	Lock;
	int	open;
	Queue	*q;
} kpr;

void
kmesgputs(char *s, int n)
{
	int drop;

	if(n > Msgsize){
		s += n-Msgsize;
		n = Msgsize;
	}
	ilock(&msg);
	drop = msg.n+n - Msgsize;
	if(drop > 0){
		memmove(msg.buf, msg.buf+drop, msg.n-drop);
		msg.n -= drop;
	}
	memmove(msg.buf+msg.n, s, n);
	msg.n += n;
	iunlock(&msg);
}

long
kmesgread(void *buf, long n, vlong off)
{
	return readmem(off, buf, n, msg.buf, msg.n);
}

/* The kernel speaks: to the holder of kprint if there is one, else to the console. */
void
putstrn(char *s, int n)
{
	kmesgputs(s, n);
	if(kpr.open && qproduce(kpr.q, s, n) == n)
		return;
	consoutput(s, n);
}

void
kprintopen(void)
{
	if(kpr.q == nil)
		kpr.q = qopen(Msgsize, 0, nil, nil);
	if(kpr.q == nil)
		error(Enomem);
	lock(&kpr);
	if(kpr.open){
		unlock(&kpr);
		error(Einuse);
	}
	kpr.open = 1;
	unlock(&kpr);
	qreopen(kpr.q);
}

void
kprintclose(void)
{
	kpr.open = 0;
	qclose(kpr.q);
}

long
kprintread(void *buf, long n)
{
	return qread(kpr.q, buf, n);
}

/* A program speaks.  Copied piece by piece: the driver must not meet a fault. */
long
conswrite(char *s, long n)
{
	char *buf;
	long m, done;

	m = n < Outchunk? n: Outchunk;
	buf = smalloc(m+1);
	if(waserror()){
		free(buf);
		nexterror();
	}
	for(done = 0; done < n; done += m){
		m = n-done;
		if(m > Outchunk)
			m = Outchunk;
		memmove(buf, s+done, m);
		consoutput(buf, m);
	}
	poperror();
	free(buf);
	return n;
}
