/* SPDX-License-Identifier: MIT */
/*
 * exportfs's second half: file identities.  Two files of one server may not
 * have the same qid, but those of two devices may well: a path already taken
 * by another device is replaced by one made up.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../cmd/exportfs.h"

enum
{
	Hash	= 1024,
};

typedef struct Ident Ident;
struct Ident
{
	uint	type;
	uint	dev;
	uvlong	path;			/* on its device */
	uvlong	given;			/* to the client */
	Ident	*next;			/* of the same hash of path */
	Ident	*gnext;			/* of the same hash of given */
};

static Ident *bypath[Hash];
static Ident *bygiven[Hash];
static uvlong made = 1ULL<<48;
static Lock lk;

static uint
hash(uvlong path)
{
	return (uint)(path ^ path>>20 ^ path>>40) % Hash;
}

static int
taken(uvlong given)
{
	Ident *i;

	for(i = bygiven[hash(given)]; i != nil; i = i->gnext)
		if(i->given == given)
			return 1;
	return 0;
}

static Ident*
newident(uint type, uint dev, uvlong path)
{
	Ident *i;

	i = malloc(sizeof *i);
	if(i == nil)
		return nil;
	i->type = type;
	i->dev = dev;
	i->path = path;
	for(i->given = path; taken(i->given); i->given = made++)
		;
	i->next = bypath[hash(path)];
	bypath[hash(path)] = i;
	i->gnext = bygiven[hash(i->given)];
	bygiven[hash(i->given)] = i;
	return i;
}

Qid
exportqid(uint type, uint dev, Qid q)
{
	Ident *i;

	lock(&lk);
	for(i = bypath[hash(q.path)]; i != nil; i = i->next)
		if(i->path == q.path && i->type == type && i->dev == dev)
			break;
	if(i == nil)
		i = newident(type, dev, q.path);
	if(i != nil)
		q.path = i->given;
	unlock(&lk);
	return q;
}

/*
 * The kernel puts the file's name, as it is here, in front of errors about
 * names; the client's kernel will put its own there.
 */
char*
exporterror(void)
{
	char err[ERRMAX], *p;

	rerrstr(err, sizeof err);
	p = strstr(err, "' does not exist");
	if(p != nil && strcmp(p, "' does not exist") == 0)
		return Esrvnonexist;	/* the shorter words are for what is deep in a name */
	p = err;
	if(*p == '\''){
		for(p++; *p != 0 && (*p != '\'' || p[1] == '\''); p++)
			if(*p == '\'')
				p++;
		if(p[0] == '\'' && p[1] == ' ' && p[2] != 0)
			werrstr("%s", p+2);
	}
	return Esrvcall;
}
