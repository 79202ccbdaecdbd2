/*
 * The mount driver's conversations.  Whoever has a request writes it to the
 * connection himself; one of those who wait for replies reads them, for all,
 * and hands the job on when his own has come.  A note ends the waiting: the
 * server is told by Tflush, and what it says until it has answered that
 * still counts.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "fcall.h"
#include "devmnt.h"

Mntrpc*
newrpc(Mnt *m, int type, ulong fid)
{
	Mntrpc *r;

	r = smalloc(sizeof *r);
	r->m = m;
	r->p = up;
	r->t.type = type;
	r->t.fid = fid;
	return r;
}

static void
dequeue(Mntrpc *r)
{
	Mntrpc **l;

	if(!r->queued)
		return;
	for(l = &r->m->queue; *l != r; l = &(*l)->next)
		;
	*l = r->next;
	r->queued = 0;
	if(r->p == nil)
		r->m->nidle--;
}

/* The reply of one that is still on its way will be thrown away. */
void
freerpc(Mntrpc *r)
{
	if(r == nil)
		return;
	if(r->queued){
		if(r->p != nil){
			r->p = nil;
			r->m->nidle++;
		}
		return;
	}
	free(r->buf);
	free(r);
}

/* Neither 0 nor NOTAG, nor one whose reply is outstanding. */
static int
newtag(Mnt *m)
{
	Mntrpc *r;
	int tries;

	for(tries = 0; tries < NOTAG; tries++){
		if(++m->tag == NOTAG)
			m->tag = 1;
		for(r = m->queue; r != nil && r->t.tag != m->tag; r = r->next)
			;
		if(r == nil)
			return m->tag;
	}
	error("no free mount tags");
}

static void
finish(Mntrpc *r, char *err)
{
	dequeue(r);
	r->done = 1;
	r->err = err;
	if(r->p == nil)
		freerpc(r);
	else
		wakeup(&r->r);
}

/* The connection is of no use any more; nobody shall wait for it. */
static void
hangup(Mnt *m)
{
	m->dead = 1;
	m->have = 0;
	while(m->queue != nil)
		finish(m->queue, Emountrpc);
}

/* Wake somebody who can read on, if nobody does. */
static void
gate(Mnt *m)
{
	Mntrpc *r;

	if(m->reader != nil)
		return;
	for(r = m->queue; r != nil; r = r->next)
		if(r->r.p != nil){
			wakeup(&r->r);
			return;
		}
}

/*
 * All of the message.  Once a part is written the rest has to follow,
 * whatever notes say, or the server would not understand what comes next.
 */
static void
writeall(Mnt *m, uchar *p, long n)
{
	long done;

	done = 0;
	while(done < n){
		if(waserror()){
			if(done > 0 && strcmp(up->errstr, Eintr) == 0 && up->fgrp != nil)
				continue;
			if(done > 0)
				hangup(m);
			nexterror();
		}
		done += devtab[m->c->type]->write(m->c, p+done, n-done, 0);
		poperror();
	}
}

/* Only a mounted file takes a message in pieces; there they must not mix. */
static void
writemsg(Mnt *m, uchar *p, long n)
{
	if(m->depth == 0){
		writeall(m, p, n);
		return;
	}
	qlock(&m->wlk);
	if(waserror()){
		qunlock(&m->wlk);
		nexterror();
	}
	writeall(m, p, n);
	poperror();
	qunlock(&m->wlk);
}

/* Data to be written may be the user's, and fault: copied before all else. */
void
sendrpc(Mntrpc *r)
{
	uchar *buf;
	Mnt *m;
	uint n;

	m = r->m;
	if(m->dead)
		error(Ehungup);
	n = sizeS2M(&r->t);
	if(n == 0 || n > m->msize)
		error(Etoobig);
	buf = smalloc(n);
	if(waserror()){
		dequeue(r);
		free(buf);
		nexterror();
	}
	if(convS2M(&r->t, buf, n) != n)
		error(Etoobig);
	r->t.tag = r->t.type == Tversion? NOTAG: newtag(m);
	PBIT16(buf+BIT32SZ+BIT8SZ, r->t.tag);
	r->queued = 1;
	r->next = m->queue;
	m->queue = r;
	writemsg(m, buf, n);
	poperror();
	free(buf);
}

/* One whole reply.  Nobody asked for it: that is the server's problem. */
static void
deliver(Mnt *m, uchar *p, uint n)
{
	Mntrpc *r;
	ushort tag;
	char *err;

	tag = GBIT16(p+BIT32SZ+BIT8SZ);
	for(r = m->queue; r != nil && r->t.tag != tag; r = r->next)
		;
	if(r == nil)
		return;
	err = nil;
	if(r->p != nil){
		r->buf = malloc(n);
		if(r->buf == nil)
			err = Enomem;
		else{
			memmove(r->buf, p, n);
			if(convM2S(r->buf, n, &r->reply) != n)
				err = Emountrpc;
		}
	}
	finish(r, err);
}

/* Hand out what has come in whole. */
static void
demux(Mnt *m)
{
	ulong n, off;

	for(off = 0; m->have-off >= BIT32SZ; off += n){
		n = GBIT32(m->buf+off);
		if(n < MSGHDRSZ || n > m->msize){
			hangup(m);
			return;
		}
		if(n > m->have-off)
			break;
		deliver(m, m->buf+off, n);
	}
	m->have -= off;
	memmove(m->buf, m->buf+off, m->have);
}

/* Only notes come out of here as errors. */
static void
readmore(Mnt *m)
{
	long n;

	if(waserror()){
		if(strcmp(up->errstr, Eintr) == 0)
			nexterror();
		hangup(m);
		return;
	}
	n = devtab[m->c->type]->read(m->c, m->buf+m->have, m->bufsize-m->have, 0);
	poperror();
	if(n <= 0 || (ulong)n > m->bufsize-m->have){
		hangup(m);
		return;
	}
	m->have += n;
	demux(m);
}

static void
readreplies(Mntrpc *r)
{
	Mnt *m;

	m = r->m;
	m->reader = up;
	if(waserror()){
		m->reader = nil;
		nexterror();
	}
	while(!r->done)
		readmore(m);
	poperror();
	m->reader = nil;
	gate(m);
}

static int
canmove(void *a)
{
	Mntrpc *r;

	r = a;
	return r->done || r->m->reader == nil;
}

void
waitrpc(Mntrpc *r)
{
	while(!r->done)
		if(r->m->reader == nil)
			readreplies(r);
		else
			sleep(&r->r, canmove, r);
}

/* Will up end before it is in user mode again?  Then it need not hear the answer. */
static int
doomed(void)
{
	if(up->kp)
		return 0;
	return up->fgrp == nil || up->procctl == Proc_exitme || up->procctl == Proc_exitbig
		|| (up->nnote > 0 && up->notify == 0);
}

/* Nil if it cannot be sent. */
static Mntrpc*
sendflush(Mntrpc *r)
{
	Mntrpc *f;

	f = nil;
	if(waserror()){
		freerpc(f);
		return nil;
	}
	f = newrpc(r->m, Tflush, NOFID);
	f->t.oldtag = r->t.tag;
	f->flushes = r;
	sendrpc(f);
	poperror();
	return f;
}

/* Let go of the flushes that lead from last to r. */
static void
freeflushes(Mntrpc *last, Mntrpc *r, int answered)
{
	Mntrpc *f, *next;

	for(f = last; f != r; f = next){
		next = f->flushes;
		if(answered)
			dequeue(f);
		freerpc(f);
	}
}

/* Request and reply, with notes in between; error only if there is no reply. */
static void
converse(Mntrpc *r)
{
	Mntrpc *last, *f;

	sendrpc(r);
	last = r;
	while(waserror()){
		gate(r->m);
		f = sendflush(last);
		if(f != nil)
			last = f;
		if(f == nil || doomed()){
			freeflushes(last, r, 0);
			error(Eintr);
		}
	}
	waitrpc(last);
	poperror();
	freeflushes(last, r, 1);
	if(!r->done){
		dequeue(r);
		error(Eintr);
	}
}

/* The reply is of the right type, or there is an error. */
void
mountrpc(Mntrpc *r)
{
	char err[ERRMAX];

	converse(r);
	if(r->err != nil)
		error(r->err);
	if(r->reply.type == r->t.type+1)
		return;
	if(r->reply.type != Rerror)
		error(Emountrpc);
	utfecpy(err, err+sizeof err, r->reply.ename);
	error(err);
}

/* The channel is gone, and with it who could answer. */
void
mntfree(Mnt *m)
{
	hangup(m);
	mcachedrop(m->id);
	free(m->version);
	free(m->buf);
	free(m);
}
