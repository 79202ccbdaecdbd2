/*
 * From names to channels: what a name is made of, and what each kind of use
 * (open, create, bind ...) does with the file it leads to.  The way there is
 * in walk.c.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

typedef struct Name Name;
struct Name
{
	char	*s;			/* the whole, our copy */
	char	*buf;			/* a second one, cut up into ... */
	char	**elem;			/* its elements, */
	int	*end;			/* where each one ends in s, */
	int	n;			/* and how many */
	int	nerr;			/* elements to be shown in an error message */
	int	mustbedir;		/* ended in "/" or "/." */
	int	nomount;		/* began with #: as the device has it */
};

static int
badchar(int c)
{
	return (c > 0 && c < ' ') || c == 0x7f;
}

void
validname(char *s, int slashok)
{
	for(; *s != 0; s++)
		if(badchar(*s & 0xff) || (*s == '/' && !slashok))
			error(Ebadchar);
}

/* Length of a string of the user's, every page of it looked at before it is read. */
static long
userstrlen(char *s)
{
	char *p, *e;
	ulong n;

	for(p = s;; p += n){
		validaddr((ulong)p, 1, 0);
		n = BY2PG - ((ulong)p & (BY2PG-1));
		e = memchr(p, 0, n);
		if(e != nil)
			return e - s;
		if(p+n-s > PATHMAX)
			error(Etoolong);
	}
}

/* A name given to a system call: whatever else it is, it is the user's. */
char*
uname(ulong addr)
{
	validaddr(addr, 1, 0);
	return (char*)addr;
}

/* A checked copy of a name, which may lie in user memory (and change there). */
char*
validnamedup(char *s, int slashok)
{
	char *t;
	long n;

	if((ulong)s < KZERO)
		n = userstrlen(s);
	else
		n = strlen(s);
	if(n > PATHMAX)
		error(Etoolong);
	t = smalloc(n+1);
	if(waserror()){
		free(t);
		nexterror();
	}
	memmove(t, s, n);
	t[n] = 0;
	validname(t, slashok);
	poperror();
	return t;
}

/* Raise err with the first len bytes of name in front; of long names, the tail. */
static void
nameerror(char *name, int len, char *err)
{
	char buf[ERRMAX], part[ERRMAX], *dots, *p;
	int max;

	max = 2*ERRMAX/3 - strlen(err);
	if(max < ERRMAX/3)
		max = ERRMAX/3;
	dots = "";
	p = name;
	if(len > max){
		dots = "...";
		p = name + len - max;
		while(p < name+len && *p != '/')
			p++;
		if(p == name+len)
			p -= max;
		while((*p & 0xC0) == 0x80)
			p++;
		len -= p - name;
	}
	snprint(part, sizeof part, "%s%.*s", dots, len, p);
	snprint(buf, sizeof buf, "%#q %s", part, err);
	error(buf);
}

/*
 * Cut the rest of the name, from off on, into elements.  "." says nothing,
 * except at the end: there must be a directory before it.
 */
static void
parsename(Name *nm, int off)
{
	char *p, *e;
	int max;

	max = 1;
	for(p = nm->s+off; *p != 0; p++)
		if(*p == '/')
			max++;
	nm->buf = smalloc(strlen(nm->s)+1);
	strcpy(nm->buf, nm->s);
	nm->elem = smalloc((max+1)*sizeof nm->elem[0]);
	nm->end = smalloc((max+1)*sizeof nm->end[0]);
	nm->end[0] = off;
	p = nm->buf+off;
	for(;;){
		while(*p == '/'){
			p++;
			nm->mustbedir = 1;
		}
		if(*p == 0)
			return;
		e = p;
		while(*e != 0 && *e != '/')
			e++;
		nm->mustbedir = e == p+1 && *p == '.';
		if(!nm->mustbedir){
			nm->elem[nm->n++] = p;
			nm->end[nm->n] = e - nm->buf;
		}
		if(*e == 0)
			return;
		*e = 0;
		p = e+1;
		nm->mustbedir = 1;
	}
}

static void
freename(Name *nm)
{
	free(nm->s);
	free(nm->buf);
	free(nm->elem);
	free(nm->end);
}

/* "#letter spec": up to the next slash; returns the channel and moves *off past it. */
static Chan*
attachname(Name *nm, int *off)
{
	char *s, *e;
	Chan *c;
	Rune r;
	int n, t;

	s = nm->s+1;
	n = chartorune(&r, s);
	if(*s == 0)
		error(Ebadsharp);
	if(r == 'M' || (up->pgrp->noattach && utfrune("|decp", r) == nil))
		error(Enoattach);
	t = devno(r, 1);
	if(t < 0)
		error(Ebadsharp);
	s += n;
	e = strchr(s, '/');
	if(e == nil)
		e = s + strlen(s);
	*off = e - nm->s;
	n = *e;
	*e = 0;
	if(waserror()){
		*e = n;
		nexterror();
	}
	c = devtab[t]->attach(s);
	poperror();
	*e = n;
	nm->nomount = 1;
	return c;
}

static Chan*
startname(Name *nm, int *off)
{
	Chan *c;

	*off = 0;
	switch(nm->s[0]){
	case '#':
		return attachname(nm, off);
	case '/':
		c = up->slash;
		break;
	default:
		c = up->dot;
	}
	incref(c);
	return c;
}


/* Cross what is mounted on *cp; *mhp is the union it then stands for. */
static void
crossmount(Name *nm, Chan **cp, Mhead **mhp)
{
	Path *p;

	if(nm->nomount)
		return;
	p = (*cp)->path;
	incref(p);
	if(waserror()){
		pathclose(p);
		nexterror();
	}
	domount(cp, mhp, &p);
	*cp = cunique(*cp);
	poperror();
	pathclose((*cp)->path);
	(*cp)->path = p;
}

/*
 * The open itself.  A device may answer with another channel.  A union is
 * remembered in it only if there is more than one member to read.
 */
static Chan*
opened(Chan *c, Mhead *mh, int omode)
{
	Chan *walked;
	Mhead *old;

	walked = c;
	c = devtab[c->type]->open(c, omode & ~(OCEXEC|OEXCL));
	if(omode & OCEXEC)
		c->flag |= CCEXEC;
	if(omode & ORCLOSE)
		c->flag |= CRCLOSE;
	/* a descriptor under another name (#d, #s): somebody may be reading that union now */
	if(c != walked)
		return c;
	old = c->umh;
	c->umh = nil;
	if(mh != nil && mh->mount != nil && mh->mount->next != nil){
		c->umh = mh;
		incref(mh);
	}
	putmhead(old);
	return c;
}

typedef struct Target Target;
struct Target
{
	Chan	*c;			/* what namec will return, closed on error */
	Mhead	*mh;
};

static void
reach(Name *nm, Target *t, int amode, int omode)
{
	switch(amode){
	case Abind:
		if(!nm->nomount)
			domount(&t->c, &t->mh, nil);
		t->c = cunique(t->c);
		putmhead(t->c->umh);
		t->c->umh = t->mh;
		t->mh = nil;
		break;
	case Aaccess:
	case Aremove:
		crossmount(nm, &t->c, &t->mh);
		break;
	case Aopen:
		crossmount(nm, &t->c, &t->mh);
		if(nm->mustbedir && (omode & 3) == OEXEC)
			error(Eexecdir);
		t->c = opened(t->c, t->mh, omode);
		break;
	case Atodir:
		isdir(t->c);
		break;
	case Amount:
		break;
	default:
		panic("namec: use %d", amode);
	}
}

/* Send the create to the member of the directory that takes it. */
static void
createin(Name *nm, Target *t, int omode, ulong perm)
{
	Chan *c;
	Mhead *mh;
	char *last;

	last = nm->elem[nm->n-1];
	c = t->c;
	incref(c);
	mh = nil;
	if(waserror()){
		cclose(c);
		putmhead(mh);
		nexterror();
	}
	if(!nm->nomount && findmount(&c, &mh, c->type, c->dev, c->qid))
		c = createdir(c, mh);
	c = cunique(c);
	pathclose(c->path);
	c->path = t->c->path;
	incref(c->path);
	devtab[c->type]->create(c, last, omode & ~(OEXCL|OCEXEC), perm);
	poperror();
	putmhead(mh);
	if(omode & OCEXEC)
		c->flag |= CCEXEC;
	if(omode & ORCLOSE)
		c->flag |= CRCLOSE;
	cclose(t->c);
	t->c = c;
	c->path = addelem(c->path, last, nil);
}

/*
 * A file that exists is opened and truncated.  If it comes into being
 * between our look and our create, the create fails: look once more before
 * passing its error on.
 */
static void
create(Name *nm, Target *t, int omode, ulong perm)
{
	char err[ERRMAX], **last;
	int n;

	if(nm->mustbedir && (perm & DMDIR) == 0)
		error(Enodmdir);
	if(nm->n == 0)
		error(Eexist);
	last = nm->elem + nm->n-1;
	if(walk(&t->c, last, 1, nm->nomount, &n) < 0){
		if(strcmp(*last, "..") == 0)
			error(Eexist);
		if(!waserror()){
			createin(nm, t, omode, perm);
			poperror();
			return;
		}
		if(omode & OEXCL)
			nexterror();
		utfecpy(err, err+ERRMAX, up->errstr);
		if(walk(&t->c, last, 1, nm->nomount, &n) < 0)
			error(err);
	}
	if(omode & OEXCL)
		error(Eexist);
	reach(nm, t, Aopen, omode|OTRUNC);
}

/*
 * Walk the elements and do what the mode asks.  nm->nerr says how much of
 * the name an error is about.
 */
static void
follow(Name *nm, Target *t, int amode, int omode, ulong perm)
{
	int n;

	n = nm->n;
	if(amode == Acreate && n > 0)
		n--;
	if(walk(&t->c, nm->elem, n, nm->nomount, &nm->nerr) < 0){
		if(nm->nerr > nm->n)
			nm->nerr = nm->n;
		nexterror();
	}
	nm->nerr = nm->n;
	if(nm->mustbedir && amode != Acreate && (t->c->qid.type & QTDIR) == 0)
		error(Enotdir);
	if(amode == Acreate)
		create(nm, t, omode, perm);
	else
		reach(nm, t, amode, omode);
}

/*
 * The channel a name stands for, used as amode says (A... in chandat.h),
 * opened or created with omode and perm where that applies.  The last
 * element is left in up->genbuf, for exec.
 */
Chan*
namec(char *aname, int amode, int omode, ulong perm)
{
	Name nm;
	Target t;
	int off;

	memset(&nm, 0, sizeof nm);
	nm.s = validnamedup(aname, 1);
	t.c = nil;
	t.mh = nil;
	if(waserror()){
		if(t.c != nil)
			cclose(t.c);
		putmhead(t.mh);
		if(nm.nerr > 0 && !waserror())
			nameerror(nm.s, nm.end[nm.nerr], up->errstr);
		freename(&nm);
		nexterror();
	}
	if(nm.s[0] == 0)
		error(Eempty);
	t.c = startname(&nm, &off);
	parsename(&nm, off);
	follow(&nm, &t, amode, omode, perm);
	poperror();
	putmhead(t.mh);
	if(nm.n > 0)
		utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, nm.elem[nm.n-1]);
	else
		strcpy(up->genbuf, ".");
	freename(&nm);
	return t.c;
}
