/*
 * The tree of the ramdisk: users, names, links.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ram.h"

enum
{
	Nhash	= 4096,
};

typedef struct User User;
struct User
{
	User	*next;
	char	name[];
};

Ram *ramroot;
static Ram *hash[Nhash];
static User *users;
static ulong lastpath;

/* The one copy of a user's name; never freed, there are few. */
char*
ramuser(char *s)
{
	User *u;

	for(u = users; u != nil; u = u->next)
		if(strcmp(u->name, s) == 0)
			return u->name;
	u = smalloc(sizeof *u + strlen(s)+1);
	strcpy(u->name, s);
	u->next = users;
	users = u;
	return u->name;
}

static Ram**
bucket(Ram *dir, char *name)
{
	ulong h;

	h = dir->path;
	while(*name != 0)
		h = h*31 + (*name++ & 0xff);
	return &hash[h % Nhash];
}

Ram*
ramlookup(Ram *dir, char *name)
{
	Ram *f;

	for(f = *bucket(dir, name); f != nil; f = f->hash)
		if(f->parent == dir && strcmp(f->name, name) == 0)
			return f;
	return nil;
}

void
ramhashin(Ram *f)
{
	Ram **b;

	b = bucket(f->parent, f->name);
	f->hash = *b;
	*b = f;
}

void
ramhashout(Ram *f)
{
	Ram **l;

	for(l = bucket(f->parent, f->name); *l != f; l = &(*l)->hash)
		;
	*l = f->hash;
}

/* The contents, or what is in a directory, did. */
void
ramchanged(Ram *f)
{
	f->mtime = coarseseconds();
	f->vers++;
	if(up != nil)
		f->muid = ramuser(up->user);
}

/* A new file at the end of dir (nil: the root itself); all memory first, then the links. */
Ram*
ramnew(Ram *dir, char *name, ulong mode)
{
	Ram *f;
	char *uid, *copy;

	uid = ramuser(up == nil || up->user == nil? eve: up->user);
	copy = nil;
	kstrdup(&copy, name);
	f = mallocz(sizeof *f, 1);
	if(f == nil){
		free(copy);
		error(Enomem);
	}
	f->name = copy;
	f->ref = 1;
	f->uid = f->gid = f->muid = uid;
	f->mode = mode & RAMKEEP;
	f->atime = f->mtime = coarseseconds();
	f->path = ++lastpath;
	f->linked = 1;
	if(dir == nil){
		f->parent = f;
		return f;
	}
	f->gid = dir->gid;
	f->parent = dir;
	f->prev = dir->last;
	if(dir->last == nil)
		dir->first = f;
	else
		dir->last->next = f;
	dir->last = f;
	ramhashin(f);
	incref(dir);
	return f;
}

void
ramput(Ram *f)
{
	Ram *dir;

	while(decref(f) == 0){
		dir = f->parent;
		ramfreedata(f);
		free(f->name);
		free(f);
		f = dir;		/* the child's reference to it goes, too */
	}
}

/* Out of the tree; it lives on while there are channels on it. */
void
ramunlink(Ram *f)
{
	Ram *dir;

	dir = f->parent;
	ramhashout(f);
	if(f->prev == nil)
		dir->first = f->next;
	else
		f->prev->next = f->next;
	if(f->next == nil)
		dir->last = f->prev;
	else
		f->next->prev = f->prev;
	f->next = f->prev = nil;
	f->linked = 0;
	ramchanged(dir);
	ramput(f);
}
