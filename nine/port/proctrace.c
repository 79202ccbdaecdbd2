/*
 * #p/trace: what the scheduler did with the processes whose tracing is on
 * (ctl message trace).  Records are kept while somebody has the file open;
 * the oldest are lost when he does not read them.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devproc.h"

enum
{
	Nrecord	= 4096,			/* a power of two */
};

/* As a reader gets it, in the machine's byte order. */
typedef struct Record Record;
struct Record
{
	ulong	pid;
	ulong	what;			/* SAdmit ... */
	vlong	ns;			/* of the wall clock */
};

static struct {
	Record	*r;			/* nil: nobody listens */
	ulong	in;			/* records ever written and read: they wrap */
	ulong	out;
} ring;

void
traceopen(void)
{
	Record *r;

	if(ring.r != nil)
		error(Ealreadyopen);
	r = mallocz(Nrecord*sizeof r[0], 1);
	if(r == nil)
		error(Enomem);
	ring.in = ring.out = 0;
	ring.r = r;
}

void
traceclose(void)
{
	Record *r;

	r = ring.r;
	ring.r = nil;
	free(r);
}

/* From any context; when is the time it happens, 0: now. */
void
proctrace(Proc *p, int what, vlong when)
{
	Record *r;
	int s;

	if(ring.r == nil)
		return;
	s = splhi();
	r = &ring.r[ring.in++ % Nrecord];
	r->pid = p->pid;
	r->what = what;
	r->ns = when == 0? todget(): when;
	splx(s);
}

/* Whole records, as many as there are and fit; none if there are none. */
long
traceread(uchar *buf, long n)
{
	Record r;
	long have;
	int s;

	for(have = 0; have+(long)sizeof r <= n; have += sizeof r){
		s = splhi();
		if(ring.in - ring.out > Nrecord)
			ring.out = ring.in - Nrecord;
		if(ring.in == ring.out){
			splx(s);
			break;
		}
		r = ring.r[ring.out++ % Nrecord];
		splx(s);
		memmove(buf+have, &r, sizeof r);
	}
	return have;
}
