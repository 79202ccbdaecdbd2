/*
 * Commands written to control files: words, quoted as in rc, looked up in a
 * table.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Maxcmd	= 4096,			/* bytes */
	Maxword	= 128,
};

/* One allocation, freed by the caller; text may be the user's. */
Cmdbuf*
parsecmd(char *text, int n)
{
	Cmdbuf *cb;
	char *s;

	if(n < 0 || n > Maxcmd)
		error(Etoobig);
	cb = smalloc(sizeof *cb + Maxword*sizeof cb->f[0] + n+1);
	cb->f = (char**)(cb+1);
	cb->buf = (char*)(cb->f+Maxword);
	if(waserror()){
		free(cb);
		nexterror();
	}
	memmove(cb->buf, text, n);
	poperror();
	while(n > 0 && (cb->buf[n-1] == '\n' || cb->buf[n-1] == 0))
		n--;
	cb->buf[n] = 0;
	for(s = cb->buf; s < cb->buf+n; s++)
		if(*s == 0)
			*s = ' ';
	cb->nf = tokenize(cb->buf, cb->f, Maxword);
	return cb;
}

/* Raise the error with what was written, as well as it can be put together again. */
void
cmderror(Cmdbuf *cb, char *why)
{
	char buf[ERRMAX], *p, *e;
	int i;

	p = buf;
	e = buf + sizeof buf - 10;
	p = seprint(p, e, "%s \"", why);
	for(i = 0; i < cb->nf; i++)
		p = seprint(p, e, i == 0? "%q": " %q", cb->f[i]);
	seprint(p, buf+sizeof buf, "\"");
	error(buf);
}

/* The entry of the first word; "*" in a table takes any. */
Cmdtab*
lookupcmd(Cmdbuf *cb, Cmdtab *t, int n)
{
	int i;

	if(cb->nf == 0)
		error("empty control message");
	for(i = 0; i < n; i++, t++){
		if(strcmp(t->cmd, "*") != 0 && strcmp(t->cmd, cb->f[0]) != 0)
			continue;
		if(t->narg != 0 && t->narg != cb->nf)
			cmderror(cb, Ecmdargs);
		return t;
	}
	cmderror(cb, "unknown control message");
	return nil;
}
