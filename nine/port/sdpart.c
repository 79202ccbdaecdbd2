/*
 * Partitions of #S's disks: named ranges of sectors. They come from the ctl
 * file and from the configuration; tables on disks are for programs to read.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "sd.h"

static char Enopart[] = "no such partition";

/* u->lk is held. */
static SDpart*
findpart(SDunit *u, char *name)
{
	int i;

	for(i = 0; i < Nsdpart; i++)
		if(u->part[i].name != nil && strcmp(u->part[i].name, name) == 0)
			return &u->part[i];
	return nil;
}

void
sdaddpart(SDunit *u, char *name, uvlong start, uvlong end)
{
	SDpart *p;
	int i;

	p = findpart(u, name);
	if(p != nil && p->start == start && p->end == end)
		return;
	if(p != nil || start > end || end > u->sectors)
		error(Ebadctl);
	validname(name, 0);
	if(strlen(name) >= KNAMELEN || strcmp(name, "ctl") == 0 || strcmp(name, "raw") == 0)
		error(Ebadarg);
	for(i = 0; u->part[i].name != nil; i++)
		if(i == Nsdpart-1)
			error("too many partitions");
	p = &u->part[i];
	kstrdup(&p->name, name);
	kstrdup(&p->uid, eve);
	p->start = start;
	p->end = end;
	p->perm = 0640;
	p->vers++;
}

void
sddelpart(SDunit *u, char *name)
{
	SDpart *p;

	p = findpart(u, name);
	if(p == nil)
		error(Enopart);
	if(p == &u->part[0])
		error(Eperm);
	if(strcmp(p->uid, up->user) != 0 && !iseve())
		error(Eperm);
	free(p->name);
	p->name = nil;
	p->vers++;
}

/* The value of sd00part in the configuration; to be freed, or nil. */
static char*
confpart(SDunit *u, char **text)
{
	char name[KNAMELEN+8], *s, *nl;
	int n;

	*text = getconfenv();
	n = snprint(name, sizeof name, "%spart=", u->name);
	for(s = *text; s != nil; s = nl == nil? nil: nl+1){
		nl = strchr(s, '\n');
		if(strncmp(s, name, n) == 0){
			if(nl != nil)
				*nl = '\0';
			return s+n;
		}
	}
	return nil;
}

/* name start end/name start end...; what makes no sense is left out. */
static void
configured(SDunit *u)
{
	char *text, *s, *e, *f[4];

	for(s = confpart(u, &text); s != nil; s = e){
		e = strchr(s, '/');
		if(e != nil)
			*e++ = '\0';
		if(waserror()){
			print("#S/%s: partition of %spart: %s\n", u->name, u->name, up->errstr);
			continue;
		}
		if(tokenize(s, f, nelem(f)) != 3)
			error(Ebadarg);
		sdaddpart(u, f[0], strtoull(f[1], nil, 0), strtoull(f[2], nil, 0));
		poperror();
	}
	free(text);
}

void
sdinitunit(SDunit *u)
{
	qlock(&u->lk);
	if(!u->inited){
		u->inited = 1;
		if(!waserror()){
			u->online(u);
			sdaddpart(u, "data", 0, u->sectors);
			configured(u);
			poperror();
		}
	}
	qunlock(&u->lk);
}

SDpart*
sdpart(SDunit *u, Chan *c)
{
	SDpart *p;

	p = &u->part[SDPART(c->qid)];
	if(p->name == nil || p->vers != c->qid.vers)
		error(Echange);
	return p;
}
