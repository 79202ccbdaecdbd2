/* SPDX-License-Identifier: MIT */
/*
 * Redirections are a list while rc itself runs, so that leaving a command in
 * any way, an error or an interrupt too, needs no descriptor put back; they
 * come true in the child that execs.  Builtins ask mapfd.
 */
#include "rc.h"

void
pushredir(Redir *r, int type, int from, int to)
{
	r->type = type;
	r->from = from;
	r->to = to;
	r->heap = 0;
	r->outer = sh.redirs;
	sh.redirs = r;
}

void
popredirs(Redir *until)
{
	Redir *r;

	while((r = sh.redirs) != until){
		sh.redirs = r->outer;
		if(r->type == Ropen)
			close(r->from);
		if(r->heap)
			free(r);
	}
}

/* what the command will find as fd; -1: it is closed */
int
mapfd(int fd)
{
	Redir *r;

	for(r = sh.redirs; r; r = r->outer){
		if(r->type == Rclose && r->from == fd)
			return -1;
		if(r->type != Rclose && r->to == fd)
			fd = r->from;
	}
	return fd;
}

/* r is about to overwrite a descriptor that an inner one still needs */
static void
evade(Redir *r)
{
	Redir *q;

	for(q = sh.redirs; q != r; q = q->outer)
		if(q->type == Ropen && q->from == r->to && q->from != q->to)
			q->from = dup(q->from, -1);
}

static void
doredir(Redir *r)
{
	if(r == nil)
		return;
	doredir(r->outer);
	switch(r->type){
	case Ropen:
		if(r->from == r->to)
			break;
		evade(r);
		dup(r->from, r->to);
		close(r->from);
		break;
	case Rdup:
		evade(r);
		dup(r->from, r->to);
		break;
	case Rclose:
		close(r->from);
		break;
	}
}

/* in a child: make it all true */
void
doredirs(void)
{
	closeinputs();
	doredir(sh.redirs);
	sh.redirs = nil;
}
