/*
 * Queues.  A queue carries blocks from writers to readers, each
 * side one at a time; a read never returns more than one block, so what was
 * written as one piece is read as one.  Its lock is taken with interrupts
 * off: qproduce and qhangup may be called by drivers.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Maxatomic	= 64*1024,	/* a longer write is cut into pieces of this */
	Eofmax		= 3,		/* reads at the end before it becomes an error */
};

struct Queue
{
	Lock;
	Block	*first;
	Block	*last;
	Block	*spare;			/* of the last block read: saves an allocation */
	int	len;			/* bytes in the blocks */
	int	limit;			/* writers wait while there is more */
	int	state;
	int	eof;			/* reads since the end */
	void	(*kick)(void*);		/* restart output */
	void	*arg;
	QLock	rlock;
	Rendez	rr;
	QLock	wlock;
	Rendez	wr;
	char	err[ERRMAX];
};

/* nil if there is no memory */
Queue*
qopen(int limit, int state, void (*kick)(void*), void *arg)
{
	Queue *q;

	q = malloc(sizeof *q);
	if(q == nil)
		return nil;
	q->limit = limit;
	q->state = state;
	q->kick = kick;
	q->arg = arg;
	return q;
}

static int
readable(void *a)
{
	Queue *q;

	q = a;
	return q->first != nil || (q->state & Qclosed);
}

static int
writable(void *a)
{
	Queue *q;

	q = a;
	return q->len <= q->limit || (q->state & Qclosed);
}

/* Put b at the end; whoever waits for it is the caller's to wake. */
static void
append(Queue *q, Block *b)
{
	b->next = nil;
	if(q->first == nil)
		q->first = b;
	else
		q->last->next = b;
	q->last = b;
	q->len += BLEN(b);
}

static Block*
takefirst(Queue *q)
{
	Block *b;

	b = q->first;
	q->first = b->next;
	b->next = nil;
	q->len -= BLEN(b);
	return b;
}

/* Clear the flag and say whether it was set: somebody is to be woken. */
static int
testclear(Queue *q, int flag)
{
	if((q->state & flag) == 0)
		return 0;
	q->state &= ~flag;
	return 1;
}

/*
 * Wait for a first block, with q locked on return; 0: the queue has come
 * to its end.
 */
static int
awaitblock(Queue *q)
{
	for(;;){
		ilock(q);
		if(q->first != nil)
			return 1;
		if(q->state & Qclosed){
			if(++q->eof > Eofmax || strcmp(q->err, Ehungup) != 0){
				iunlock(q);
				error(q->err);
			}
			return 0;
		}
		q->state |= Qstarve;
		iunlock(q);
		sleep(&q->rr, readable, q);
	}
}

/* Readers took something: let a waiting writer, or the device, go on. */
static void
madeprogress(Queue *q)
{
	int wake;

	ilock(q);
	wake = q->len <= q->limit/2 && testclear(q, Qflow);
	iunlock(q);
	if(!wake)
		return;
	if(q->kick != nil)
		q->kick(q->arg);
	wakeup(&q->wr);
}

static void
recycle(Queue *q, Block *b)
{
	Block *old;

	if(b->free != nil){
		freeb(b);
		return;
	}
	old = q->spare;
	q->spare = b;
	freeb(old);
}

static Block*
queueblock(Queue *q, int n)
{
	Block *b;

	b = q->spare;
	if(b != nil && BALLOC(b) >= n && BALLOC(b) <= 4*n+64){
		q->spare = nil;
		b->rp = b->wp = b->base;
		return b;
	}
	b = allocb(n);
	if(b == nil)
		error(Enomem);
	return b;
}

/* Put back what was not taken of the first block. */
static void
putback(Queue *q, Block *b)
{
	ilock(q);
	b->next = q->first;
	if(q->first == nil)
		q->last = b;
	q->first = b;
	q->len += BLEN(b);
	iunlock(q);
}

/*
 * The copy is made while the block is off the queue, since it may fault and
 * sleep; rlock keeps the order.
 */
long
qread(Queue *q, void *buf, int n)
{
	Block *b;
	int len;

	qlock(&q->rlock);
	if(waserror()){
		qunlock(&q->rlock);
		nexterror();
	}
	if(!awaitblock(q)){
		iunlock(q);
		poperror();
		qunlock(&q->rlock);
		return 0;
	}
	b = takefirst(q);
	iunlock(q);
	len = BLEN(b);
	if(len > n)
		len = n;
	if(waserror()){
		putback(q, b);
		nexterror();
	}
	memmove(buf, b->rp, len);
	poperror();
	b->rp += len;
	if(BLEN(b) > 0 && (q->state & Qmsg) == 0)
		putback(q, b);
	else
		recycle(q, b);
	madeprogress(q);
	poperror();
	qunlock(&q->rlock);
	return len;
}

/* The first block as it is, or its first n bytes; nil at the end. */
Block*
qbread(Queue *q, int n)
{
	Block *b, *nb;

	qlock(&q->rlock);
	if(waserror()){
		qunlock(&q->rlock);
		nexterror();
	}
	b = nil;
	if(awaitblock(q)){
		b = takefirst(q);
		iunlock(q);
		if(BLEN(b) > n){
			nb = allocb(n);
			if(nb == nil){
				putback(q, b);
				error(Enomem);
			}
			memmove(nb->wp, b->rp, n);
			nb->wp += n;
			b->rp += n;
			if(q->state & Qmsg)
				freeb(b);
			else
				putback(q, b);
			b = nb;
		}
		madeprogress(q);
	}else
		iunlock(q);
	poperror();
	qunlock(&q->rlock);
	return b;
}

/* Sleep until there is room; raises the queue's error if it is closed. */
static void
awaitroom(Queue *q)
{
	for(;;){
		ilock(q);
		if(q->state & Qclosed){
			iunlock(q);
			error(q->err);
		}
		if(q->len <= q->limit){
			iunlock(q);
			return;
		}
		q->state |= Qflow;
		iunlock(q);
		sleep(&q->wr, writable, q);
	}
}

/* Uses up b, also when it raises an error. */
static void
enqueue(Queue *q, Block *b)
{
	int wake;

	ilock(q);
	if(q->state & Qclosed){
		iunlock(q);
		freeb(b);
		error(q->err);
	}
	append(q, b);
	wake = testclear(q, Qstarve);
	iunlock(q);
	if(!wake)
		return;
	if(q->kick != nil)
		q->kick(q->arg);
	wakeup(&q->rr);
}

long
qbwrite(Queue *q, Block *b)
{
	long n;

	n = BLEN(b);
	qlock(&q->wlock);
	if(waserror()){
		qunlock(&q->wlock);
		freeb(b);
		nexterror();
	}
	awaitroom(q);
	poperror();
	if(waserror()){
		qunlock(&q->wlock);
		nexterror();
	}
	enqueue(q, b);
	poperror();
	qunlock(&q->wlock);
	return n;
}

static void
writepiece(Queue *q, uchar *p, int n)
{
	Block *b;

	awaitroom(q);
	b = queueblock(q, n);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->wp, p, n);
	poperror();
	b->wp += n;
	enqueue(q, b);
}

/* Writes of up to Maxatomic are one block; an empty one too, and reads as 0. */
long
qwrite(Queue *q, void *buf, int n)
{
	int m, done;

	qlock(&q->wlock);
	if(waserror()){
		qunlock(&q->wlock);
		nexterror();
	}
	done = 0;
	do{
		m = n - done;
		if(m > Maxatomic)
			m = Maxatomic;
		writepiece(q, (uchar*)buf+done, m);
		done += m;
	}while(done < n);
	poperror();
	qunlock(&q->wlock);
	return n;
}

/* For interrupt handlers: b becomes the queue's, or -1 and it is still the caller's. */
int
qpass(Queue *q, Block *b)
{
	int wake;

	ilock(q);
	if((q->state & Qclosed) || q->len > q->limit){
		iunlock(q);
		return -1;
	}
	append(q, b);
	wake = testclear(q, Qstarve);
	iunlock(q);
	if(wake)
		wakeup(&q->rr);
	return 0;
}

/* No room now: the queue's kick is called when there is some. */
int
qfull(Queue *q)
{
	int full;

	ilock(q);
	full = q->len > q->limit && (q->state & Qclosed) == 0;
	if(full)
		q->state |= Qflow;
	iunlock(q);
	return full;
}

static void
finish(Queue *q, char *msg)
{
	ilock(q);
	q->state |= Qclosed;
	q->state &= ~(Qflow|Qstarve);
	utfecpy(q->err, q->err+ERRMAX, msg == nil || *msg == 0? Ehungup: msg);
	iunlock(q);
	wakeup(&q->rr);
	wakeup(&q->wr);
}

/* No more writes; what is in it can still be read. */
void
qhangup(Queue *q, char *msg)
{
	finish(q, msg);
}

void
qflush(Queue *q)
{
	Block *b;

	ilock(q);
	b = q->first;
	q->first = nil;
	q->len = 0;
	iunlock(q);
	freeblist(b);
	madeprogress(q);
}

/* Nobody will read it: what is in it is gone. */
void
qclose(Queue *q)
{
	if(q == nil)
		return;
	finish(q, nil);
	qflush(q);
}

void
qreopen(Queue *q)
{
	ilock(q);
	q->state &= ~Qclosed;
	q->eof = 0;
	iunlock(q);
}

void
qfree(Queue *q)
{
	if(q == nil)
		return;
	qclose(q);
	freeb(q->spare);
	free(q);
}

int
qisclosed(Queue *q)
{
	return (q->state & Qclosed) != 0;
}

int
qlen(Queue *q)
{
	return q->len;
}

int
qcanread(Queue *q)
{
	return q->first != nil;
}
