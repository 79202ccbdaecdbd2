/* SPDX-License-Identifier: MIT */
/*
 * Processes for requests that may block.  They share memory with the loop;
 * one that is done waits in rendezvous for the next request.  A request is
 * interrupted by the note "flush" to whoever does it, again and again until
 * it has taken notice: a note that comes just before a system call would
 * otherwise be lost.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "9pimpl.h"

enum
{
	Again	= 10,			/* ms until the next note */
};

typedef struct Worker Worker;
struct Worker
{
	int	pid;
	Req	*req;
	void	(*fn)(Req*);
	int	idle;
	Worker	*next;
};

static Worker *workers;
static Lock lk;

/* A broken pipe is the client's to hear of, by the error of his write. */
static int
onnote(void *ureg, char *note)
{
	USED(ureg);
	return strncmp(note, "flush", 5) == 0
		|| strncmp(note, "sys: write on closed pipe", 25) == 0;
}

static void
work(Worker *w)
{
	Req *r;

	w->pid = getpid();
	for(;;){
		r = w->req;
		lock(&r->srv->lk);
		r->worker = getpid();
		unlock(&r->srv->lk);
		w->fn(r);
		lock(&lk);
		w->idle = 1;
		unlock(&lk);
		while(rendezvous(w, nil) == (void*)~0UL)
			;
	}
}

static Worker*
idleworker(void)
{
	Worker *w;

	lock(&lk);
	for(w = workers; w != nil && !w->idle; w = w->next)
		;
	if(w != nil)
		w->idle = 0;
	unlock(&lk);
	return w;
}

/* Have fn(r) done by somebody else. */
void
srvwork(Req *r, void (*fn)(Req*))
{
	static int noted;
	Worker *w;

	w = idleworker();
	if(w != nil){
		w->req = r;
		w->fn = fn;
		while(rendezvous(w, nil) == (void*)~0UL)
			;
		return;
	}
	if(!noted){
		noted = 1;
		atnotify(onnote, 1);
	}
	w = mallocz(sizeof *w, 1);
	if(w == nil){
		srvrespond(r, Esrvmem);
		return;
	}
	w->req = r;
	w->fn = fn;
	lock(&lk);
	w->next = workers;
	workers = w;
	unlock(&lk);
	switch(rfork(RFPROC|RFMEM|RFNOWAIT)){
	case 0:
		work(w);
		break;
	case -1:
		lock(&lk);
		workers = w->next;
		unlock(&lk);
		free(w);
		srvrespond(r, "no free processes");
	}
}

/* The client is gone, and nobody will hear what is still being done for it. */
void
srvendwork(void)
{
	Worker *w;

	for(w = workers; w != nil; w = w->next)
		if(w->pid != 0)
			postnote(PNPROC, w->pid, "kill");
}

/* Returns when the request is no more. */
void
srvinterrupt(Srv *s, ulong serial)
{
	Req *r;

	for(;;){
		lock(&s->lk);
		for(r = s->reqs; r != nil && r->serial != serial; r = r->next)
			;
		if(r != nil && r->worker != 0 && r->worker != getpid())
			postnote(PNPROC, r->worker, "flush");
		unlock(&s->lk);
		if(r == nil)
			return;
		sleep(Again);
	}
}
