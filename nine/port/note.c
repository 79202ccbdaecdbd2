/*
 * Posting notes: short texts that interrupt a process.  Delivery is the
 * machine's (lg/syscall.c).
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

/* Whatever p waits for, interruptibly, it is to go on. */
static void
interruptsleep(Proc *p)
{
	Rendez *r;

	if(p->state == Rendezvous){
		rendbreak(p);
		return;
	}
	if(p->state != Wakeme)
		return;
	r = p->r;
	if(r && r->p == p){
		r->p = nil;
		p->r = nil;
		ready(p);
	}
}

/*
 * Post a note; a nil text only breaks a sleep.  From any context, so the
 * lock the second argument used to ask for is interrupts off.  A fault the
 * program does not handle, or gets while handling a note, goes first.
 */
int
postnote(Proc *p, int dolock, char *msg, int flag)
{
	Note *n;
	int s, ret;

	USED(dolock);
	s = splhi();
	if(p->state == Dead || p->state == Moribund || p->pid == 0 || p->kp){
		splx(s);
		return 0;
	}
	if(msg && flag != NUser && (p->notify == 0 || p->notified))
		p->nnote = 0;
	ret = 0;
	if(msg && p->nnote < NNOTE){
		n = &p->note[p->nnote++];
		strecpy(n->msg, n->msg+sizeof n->msg, msg);
		n->flag = flag;
		ret = 1;
	}
	p->notepending = 1;
	interruptsleep(p);
	splx(s);
	return ret;
}

void
postnotepg(ulong noteid, char *msg, int flag)
{
	Proc *p;
	int i;

	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->kstack == nil)
			break;		/* slots from here on were never used */
		if(p->noteid == noteid && p->state != Dead && !p->kp)
			postnote(p, 1, msg, flag);
	}
}
