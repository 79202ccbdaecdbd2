/*
 * The name a channel was reached by, and at each element the mount point
 * that was crossed there, so that ".." can climb back out.  A Path is shared
 * between channels by counting references; it is copied before it changes.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	STRSLOP	= 16,			/* room left in a name for what may follow */
	MTSLOP	= 8,
};

/* Element 0 of every path is where it starts: "/" or "#x". */
Path*
newpath(char *s)
{
	Path *p;

	p = smalloc(sizeof *p);
	p->ref = 1;
	p->len = strlen(s);
	p->alen = p->len + STRSLOP;
	if(waserror()){
		free(p->s);
		free(p);
		nexterror();
	}
	p->s = smalloc(p->alen);
	memmove(p->s, s, p->len+1);
	p->malen = MTSLOP;
	p->mtpt = smalloc(p->malen*sizeof p->mtpt[0]);
	p->mlen = 1;
	poperror();
	return p;
}

static void
grow(Path *p, int n)
{
	char *s;
	int max;

	if(p->len+n+2 <= p->alen)
		return;
	max = p->len + n + 2 + 4*STRSLOP;
	s = smalloc(max);
	memmove(s, p->s, p->len+1);
	free(p->s);
	p->s = s;
	p->alen = max;
}

/* With room for an element of n bytes more. */
static Path*
copypath(Path *p, int n)
{
	Path *q;
	int i;

	q = newpath(p->s);
	if(waserror()){
		pathclose(q);
		nexterror();
	}
	grow(q, n);
	if(p->mlen >= q->malen){
		free(q->mtpt);
		q->mtpt = nil;
		q->mlen = 0;
		q->malen = p->mlen + MTSLOP;
		q->mtpt = smalloc(q->malen*sizeof q->mtpt[0]);
	}
	poperror();
	q->mlen = p->mlen;
	for(i = 0; i < p->mlen; i++){
		q->mtpt[i] = p->mtpt[i];
		if(q->mtpt[i] != nil)
			incref(q->mtpt[i]);
	}
	return q;
}

void
pathclose(Path *p)
{
	int i;

	if(p == nil || decref(p) > 0)
		return;
	for(i = 0; i < p->mlen; i++)
		if(p->mtpt[i] != nil)
			cclose(p->mtpt[i]);
	free(p->mtpt);
	free(p->s);
	free(p);
}

static void
growmtpt(Path *p)
{
	Chan **t;

	if(p->mlen < p->malen)
		return;
	t = smalloc((p->malen+MTSLOP)*sizeof t[0]);
	memmove(t, p->mtpt, p->mlen*sizeof t[0]);
	free(p->mtpt);
	p->mtpt = t;
	p->malen += MTSLOP;
}

/*
 * A path only the caller holds, with room for an element of n bytes; uses up
 * the reference to p, unless it raises an error.
 */
static Path*
roomypath(Path *p, int n)
{
	Path *q;

	if(p->ref == 1){
		grow(p, n);
		growmtpt(p);
		return p;
	}
	q = copypath(p, n);
	pathclose(p);
	return q;
}

Path*
uniquepath(Path *p)
{
	return roomypath(p, 0);
}

/* Drop the last element of the text, but never the "/" or "#x" it starts with. */
static void
chop(Path *p)
{
	char *e;

	e = strrchr(p->s, '/');
	if(e == nil)
		return;
	if(e == p->s || (e == p->s+1 && p->s[0] == '#'))
		e++;
	*e = 0;
	p->len = e - p->s;
}

static Path*
dotdotelem(Path *p)
{
	Chan *c;

	p = uniquepath(p);
	chop(p);
	if(p->mlen > 1){
		c = p->mtpt[--p->mlen];
		p->mtpt[p->mlen] = nil;
		if(c != nil)
			cclose(c);
	}
	return p;
}

/*
 * The path one step further on; from is the mount point crossed by that
 * step, or nil.  Uses up the reference to p, unless it raises an error.
 */
Path*
addelem(Path *p, char *s, Chan *from)
{
	int n;

	if(strcmp(s, ".") == 0)
		return p;
	if(strcmp(s, "..") == 0)
		return dotdotelem(p);
	n = strlen(s);
	p = roomypath(p, n);
	if(p->len > 0 && p->s[p->len-1] != '/')
		p->s[p->len++] = '/';
	memmove(p->s+p->len, s, n+1);
	p->len += n;
	p->mtpt[p->mlen++] = from;
	if(from != nil)
		incref(from);
	return p;
}

char*
chanpath(Chan *c)
{
	if(c == nil)
		return "<nil>";
	if(c->path == nil || c->path->s == nil)
		return "<nameless>";
	return c->path->s;
}
