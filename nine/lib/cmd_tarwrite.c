/* SPDX-License-Identifier: MIT */
/* tar's way to write archives: files and the trees below directories. */
#include "u.h"
#include "libc.h"
#include "../cmd/tar.h"

int tarfd, vflag;
char *archive, *user, *group;
char *tarstatus;
static char buf[Nblock*Tblock];
static int at;				/* blocks in buf */

void
tarwarn(char *what, char *name)
{
	fprint(2, "tar: %s %s: %r\n", what, name);
	tarstatus = "errors";
}

static void
flush(void)
{
	if(at > 0 && write(tarfd, buf, at*Tblock) != at*Tblock)
		sysfatal("write error on archive: %r");
	at = 0;
}

static void
writeblock(void *p)
{
	memmove(buf + Tblock*at, p, Tblock);
	if(++at == Nblock)
		flush();
}

static void
putheader(Tent *e)
{
	static Tent x;
	static char ext[Maxname+Tblock*2];
	Thdr h;
	long n, i;

	if(!tarbuild(&h, e)){
		memset(ext, 0, sizeof ext);
		n = strlen(e->name) + 7;	/* " path=" and newline */
		for(i = 1; snprint(ext, sizeof ext, "%ld", n+i) != i; i++)
			;
		n = snprint(ext, sizeof ext, "%ld path=%s\n", n+i, e->name);
		x = *e;
		snprint(x.name, sizeof x.name, "PaxHeader/%.80s", utfrrune(e->name, '/') ? utfrrune(e->name, '/')+1 : "x");
		x.name[sizeof h.name - 1] = 0;
		x.type = Tpax;
		x.size = n;
		tarbuild(&h, &x);
		writeblock(&h);
		for(i = 0; i < n; i += Tblock)
			writeblock(ext+i);
		x = *e;
		x.name[sizeof h.name - 1] = 0;
		tarbuild(&h, &x);
	}
	writeblock(&h);
}

/* exactly as many bytes as the header says, whatever happens to the file */
static void
putcontents(int f, Tent *e)
{
	char b[Tblock];
	vlong left;
	long n;

	for(left = e->size; left > 0; left -= Tblock){
		memset(b, 0, sizeof b);
		n = f < 0 ? left : readn(f, b, left < Tblock ? left : Tblock);
		if(n < 0 || (n < Tblock && n < left)){
			fprint(2, "tar: %s: shorter than it was: padded\n", e->name);
			tarstatus = "errors";
			f = -1;
		}
		writeblock(b);
	}
}

static void add(char*);

static void
adddir(char *name, int f)
{
	Dir *d;
	long i, n;
	char *s;

	n = dirreadall(f, &d);
	if(n < 0){
		tarwarn("can't read", name);
		return;
	}
	for(i = 0; i < n; i++){
		s = smprint("%s/%s", strcmp(name, "/") == 0 ? "" : name, d[i].name);
		if(s == nil)
			sysfatal("out of memory");
		add(s);
		free(s);
	}
	free(d);
}

static void
describe(Tent *e, char *name, Dir *d)
{
	memset(e, 0, sizeof *e);
	snprint(e->name, sizeof e->name, "%s%s", name, d->mode & DMDIR ? "/" : "");
	e->type = d->mode & DMDIR ? Tdir : Tfile;
	e->mode = d->mode & 0777;
	e->size = e->type == Tdir ? 0 : d->length;
	e->mtime = d->mtime;
	strecpy(e->uname, e->uname+sizeof e->uname, user != nil ? user : d->uid);
	strecpy(e->gname, e->gname+sizeof e->gname, group != nil ? group : d->gid);
}

static void
add(char *name)
{
	Tent *e;
	Dir *d;
	int f;

	f = open(name, OREAD);
	d = f < 0 ? nil : dirfstat(f);
	e = malloc(sizeof *e);
	if(e == nil)
		sysfatal("out of memory");
	if(d == nil)
		tarwarn("can't open", name);
	else if(strlen(name) >= Maxname){
		werrstr("name too long");
		tarwarn("can't archive", name);
	}else{
		describe(e, name, d);
		putheader(e);
		if(vflag)
			fprint(archive == nil ? 2 : 1, "a %s\n", e->name);
		putcontents(f, e);
		if(e->type == Tdir)
			adddir(name, f);
	}
	free(e);
	free(d);
	close(f);
}

void
writearchive(int argc, char *argv[])
{
	static char zero[Tblock];
	int i;

	at = 0;
	for(i = 0; i < argc; i++)
		add(cleanname(argv[i]));
	writeblock(zero);
	writeblock(zero);
	while(at != 0)
		writeblock(zero);
}
