/*
 * Semaphores in user memory.  The kernel is not preempted, but touching the
 * word may sleep for its page; so it is touched with single instructions
 * that fault first and act after.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static int
cmpswap(long *addr, long old, long new)
{
	uchar ok;

	__asm__ volatile("cmpxchgl %3, %1; sete %0"
		: "=q"(ok), "+m"(*addr), "+a"(old) : "r"(new) : "memory");
	return ok;
}

static int
canacquire(long *addr)
{
	long v;

	while((v = *(volatile long*)addr) > 0)
		if(cmpswap(addr, v, v-1))
			return 1;
	return 0;
}

static void
enqueue(Segment *s, Sema *q, long *addr)
{
	memset(q, 0, sizeof *q);
	q->addr = addr;
	q->waiting = 1;
	q->next = &s->sema;
	q->prev = s->sema.prev;
	q->next->prev = q;
	q->prev->next = q;
}

static void
dequeue(Sema *q)
{
	q->next->prev = q->prev;
	q->prev->next = q->next;
}

static void
wakeone(Segment *s, long *addr, long n)
{
	Sema *q;

	for(q = s->sema.next; n > 0 && q != &s->sema; q = q->next)
		if(q->addr == addr && q->waiting){
			q->waiting = 0;
			wakeup(q);
			n--;
		}
}

static int
woken(void *a)
{
	return !((Sema*)a)->waiting;
}

/* ms < 0: for ever.  1: acquired; 0: time is up. */
static int
acquire(Segment *s, long *addr, long ms)
{
	Sema q;
	uvlong end, now;
	int got;

	if(canacquire(addr))
		return 1;
	end = ms < 0 ? 0 : fastns() + (uvlong)ms*1000000;
	enqueue(s, &q, addr);
	got = 0;
	if(waserror()){
		dequeue(&q);
		/* a release that chose us must reach somebody else */
		if(!q.waiting)
			wakeone(s, addr, 1);
		nexterror();
	}
	for(;;){
		q.waiting = 1;
		if(canacquire(addr)){
			got = 1;
			break;
		}
		if(end == 0)
			sleep(&q, woken, &q);
		else{
			now = fastns();
			if(now >= end)
				break;
			tsleep(&q, woken, &q, (ulong)((end-now+999999)/1000000));
		}
	}
	poperror();
	dequeue(&q);
	return got;
}

static Segment*
semseg(ulong addr)
{
	Segment *s;

	validaddr(addr, sizeof(long), 1);
	if(addr & (sizeof(long)-1))
		error(Ebadarg);
	s = segof(up, addr, 0);
	if(s == nil)
		error(Ebadarg);
	if(*(long*)addr < 0)
		error(Ebadarg);
	return s;
}

long
syssemacquire(ulong *arg)
{
	Segment *s;
	long *addr;

	s = semseg(arg[0]);
	addr = (long*)arg[0];
	if(arg[1] == 0)
		return canacquire(addr);
	return acquire(s, addr, -1);
}

long
systsemacquire(ulong *arg)
{
	Segment *s;

	s = semseg(arg[0]);
	return acquire(s, (long*)arg[0], arg[1] & 0x7FFFFFFF);
}

long
syssemrelease(ulong *arg)
{
	Segment *s;
	long *addr, v, n;

	s = semseg(arg[0]);
	addr = (long*)arg[0];
	n = arg[1];
	do{
		v = *(volatile long*)addr;
		if(n < 0 || v < 0 || n > 0x7FFFFFFF-v)
			error(Ebadarg);
	}while(!cmpswap(addr, v, v+n));
	wakeone(s, addr, n);
	return v+n;
}
