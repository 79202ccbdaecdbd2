/* SPDX-License-Identifier: MIT */
/*
 * File servers: a loop that reads 9P requests, keeps fids, checks what the
 * protocol forbids, and calls the server for the rest.  Include after u.h,
 * libc.h and fcall.h.
 *
 * A handler gets the request in r->in and its file in r->fid, and leaves its
 * answer in r->out.  It returns nil, or why not.  With Srv.concurrent they
 * run in processes of their own, several at a time, and may block; a flush
 * then interrupts them by a note.
 */
#ifndef NINE_9P_H
#define NINE_9P_H

typedef struct Fid Fid;
typedef struct Req Req;
typedef struct Srv Srv;

enum
{
	Fidhash		= 64,
	Srvmsize	= 32*1024+IOHDRSZ,
};

struct Fid
{
	ulong	fid;
	long	ref;
	Qid	qid;
	int	omode;			/* -1: not open */
	char	*uid;			/* who attached */
	void	*aux;			/* the server's own; it ends in destroyfid */
	Srv	*srv;
	Fid	*next;
};

struct Req
{
	Fcall	in;
	Fcall	out;
	Fid	*fid;
	Fid	*newfid;		/* of a walk; only the loop's business */
	Srv	*srv;
	ulong	serial;			/* which one it is, when its memory may be another's */
	int	worker;			/* process that does it, 0: none */
	int	forgotten;		/* the session it belongs to is over */
	uchar	*buf;			/* what in's strings and data are in */
	uchar	*data;			/* what out's data or stat are in; freed */
	void	*aux;			/* memory out refers to; freed */
	Req	*next;			/* of those under way */
};

struct Srv
{
	int	in;			/* descriptors */
	int	out;
	int	concurrent;
	int	nfirst;			/* bytes of the first request that were read already */
	uchar	first[BIT32SZ];
	void	*aux;

	char*	(*attach)(Req*);		/* set fid->qid, fid->aux */
	char*	(*clone)(Fid*, Fid*);		/* old, new: copy aux */
	char*	(*walk1)(Fid*, char*, Qid*);	/* one name; moves the fid */
	char*	(*open)(Req*);			/* may change fid->qid */
	char*	(*create)(Req*);		/* the same: fid becomes the new file */
	char*	(*read)(Req*);			/* out.data has room for in.count; set out.count */
	char*	(*write)(Req*);			/* set out.count */
	char*	(*remove)(Req*);
	char*	(*stat)(Req*, Dir*);
	char*	(*wstat)(Req*, Dir*);
	void	(*clunk)(Fid*);			/* an open fid is closed: optional */
	void	(*destroyfid)(Fid*);		/* nobody uses it any more: optional */

	uint	msize;			/* of the session */
	Fid	*fids[Fidhash];
	Req	*reqs;
	ulong	serial;			/* of the last request */
	Lock	lk;			/* of the two */
	QLock	wlk;			/* replies go out one at a time */
};

void	srvloop(Srv*);			/* until the client hangs up */
int	srvstart(Srv*, char*, char*, int);	/* in the background: post as, mount on, flags */
void	srvrespond(Req*, char*);
void	srvwork(Req*, void (*)(Req*));
void	srvinterrupt(Srv*, ulong);
void	srvdo(Req*);
Fid*	srvgetfid(Srv*, ulong);
void	srvputfid(Fid*);
int	postfd(char*, int);

/* for handlers to return: the text is that of the last failed call */
extern char Esrvcall[];
extern char Esrvperm[], Esrvexist[], Esrvnonexist[], Esrvnotdir[], Esrvisdir[], Esrvmem[];

#endif
