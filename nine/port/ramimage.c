/*
 * The archive the ramdisk starts from (rootimg.h).  It may come from a user,
 * so every number in it is checked; an archive that is not sound is refused
 * as a whole before anything is made of it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "rootimg.h"
#include "ram.h"

enum
{
	Allowed	= DMDIR|DMAPPEND|DMEXCL|0777,
};

/* A path of proper elements that ends inside the archive. */
static char*
badpath(uchar *img, ulong size, ulong off)
{
	char *p, *s;
	ulong max;

	if(off >= size)
		return "name outside the archive";
	p = (char*)img+off;
	max = size-off;
	if(max > ROOTMAXPATH)
		max = ROOTMAXPATH;
	if(memchr(p, 0, max) == nil)
		return "name without end";
	for(;; p = s+1){
		s = strchr(p, '/');
		if(s == nil)
			s = p+strlen(p);
		if(s == p || s-p > Maxname)
			return "bad name";
		if(p[0] == '.' && (s-p == 1 || (s-p == 2 && p[1] == '.')))
			return "bad name";
		if(*s == 0)
			return nil;
	}
}

static char*
badentry(uchar *img, ulong size, Rootent *e)
{
	if(e->mode & ~Allowed)
		return "bad mode";
	if(e->mode & DMDIR){
		if(e->length != 0)
			return "directory with contents";
	}else if(e->length > size || e->offset > size-e->length)
		return "contents outside the archive";
	else if(e->offset%ROOTPAGE != 0)
		return "contents not on a page";
	return badpath(img, size, e->path);
}

/* nil, or what is wrong with it, and with which entry. */
static char*
badimage(uchar *img, ulong size, ulong *at)
{
	Roothdr *h;
	Rootent *e;
	char *why;
	ulong i;

	*at = 0;
	h = (Roothdr*)img;
	if(size < sizeof *h || memcmp(h->magic, ROOTMAGIC, sizeof h->magic) != 0)
		return "not an archive";
	if(h->version != ROOTVERSION)
		return "unknown version";
	if(h->size > size)
		return "truncated";
	size = h->size;
	if(h->entries%4 != 0 || h->entries > size || h->count > (size-h->entries)/sizeof *e)
		return "bad table of entries";
	e = (Rootent*)(img+h->entries);
	for(i = 0; i < h->count; i++){
		why = badentry(img, size, &e[i]);
		if(why != nil){
			*at = i;
			return why;
		}
	}
	return nil;
}

/* The directory a path is in; *name is set to its last element. */
static Ram*
parentof(char *path, char **name)
{
	char elem[Maxname+1], *s;
	Ram *d;

	d = ramroot;
	for(; (s = strchr(path, '/')) != nil; path = s+1){
		memmove(elem, path, s-path);
		elem[s-path] = 0;
		d = ramlookup(d, elem);
		if(d == nil || (d->mode & DMDIR) == 0)
			return nil;
	}
	*name = path;
	return d;
}

static int
addentry(uchar *img, Rootent *e)
{
	char *name;
	Ram *d, *f;

	d = parentof((char*)img+e->path, &name);
	if(d == nil || ramlookup(d, name) != nil)
		return 0;
	f = ramnew(d, name, e->mode);
	f->atime = f->mtime = e->mtime;
	f->img = img+e->offset;
	f->imglen = f->length = e->length;
	return 1;
}

void
ramload(uchar *img, ulong size)
{
	Roothdr *h;
	Rootent *e;
	char *why;
	ulong i, at;

	why = badimage(img, size, &at);
	if(why != nil){
		iprint("ramdisk: %s (entry %lud, %lud bytes at %#p): make it with mkroot\n", why, at, size, img);
		return;
	}
	h = (Roothdr*)img;
	e = (Rootent*)(img+h->entries);
	for(i = 0; i < h->count; i++)
		if(!addentry(img, &e[i]))
			iprint("ramdisk: %s: no directory for it, or there twice: left out\n", (char*)img+e[i].path);
}
