/* SPDX-License-Identifier: MIT */
/* prep and fdisk: the list of partitions, and #S's ctl file. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "../cmd/disk/parts.h"

/* "geometry SECTORS SIZE", and where the partition begins that file is. */
static void
readctl(Table *t, char *ctl, char *name)
{
	Biobuf *b;
	char *line, *f[5];
	int n;

	b = Bopen(ctl, OREAD);
	if(b == nil)
		return;
	while((line = Brdstr(b, '\n', 1)) != nil){
		n = tokenize(line, f, nelem(f));
		if(n == 3 && strcmp(f[0], "geometry") == 0)
			t->secsize = atoi(f[2]);
		if(n == 4 && strcmp(f[0], "part") == 0 && strcmp(f[1], name) == 0)
			t->off = strtoll(f[2], nil, 10);
		free(line);
	}
	Bterm(b);
}

static char*
ctlfile(char *file)
{
	char *slash;

	slash = strrchr(file, '/');
	return slash == nil? strdup("ctl"): smprint("%.*sctl", (int)(slash+1-file), file);
}

int
opentable(Table *t, char *file, int rdonly)
{
	char *ctl;
	Dir *d;

	t->file = file;
	t->fd = open(file, rdonly? OREAD: ORDWR);
	if(t->fd < 0 && !rdonly){
		t->fd = open(file, OREAD);
		rdonly = 1;
	}
	t->rdonly = rdonly;
	if(t->fd < 0)
		return -1;
	if(t->secsize == 0){
		t->secsize = 512;
		ctl = ctlfile(file);
		if(ctl != nil)
			readctl(t, ctl, strrchr(file, '/')? strrchr(file, '/')+1: file);
		free(ctl);
	}
	if(t->secsize < 512 || t->secsize > 4096){
		werrstr("sectors of %d bytes", t->secsize);
		return -1;
	}
	d = dirfstat(t->fd);
	if(d == nil)
		return -1;
	t->secs = d->length/t->secsize;
	free(d);
	return 0;
}

Part*
findpart(Table *t, char *name)
{
	int i;

	for(i = 0; i < t->npart; i++)
		if(strcmp(t->part[i].name, name) == 0)
			return &t->part[i];
	return nil;
}

static int
badname(Table *t, char *s)
{
	if(*s == 0 || strlen(s) >= Partname || strpbrk(s, " \t\n/") != nil)
		return 1;
	if(strcmp(s, "ctl") == 0 || strcmp(s, "raw") == 0 || strcmp(s, "data") == 0)
		return 1;
	return t->fixed != nil && (s[0] != t->fixed[0] || s[1] < '1' || s[1] > '4' || s[2] != 0);
}

/* In order of their beginnings, and none in another. */
char*
addpart(Table *t, char *name, vlong start, vlong end, Part **pp)
{
	static char err[128];
	Part *p;
	int i;

	if(badname(t, name))
		return t->fixed != nil? "names are p1 to p4": "bad partition name";
	if(findpart(t, name) != nil)
		return "partition already exists";
	if(t->npart == Maxpart)
		return "too many partitions";
	if(start < 0 || start >= end || end > t->secs)
		return "partition is not on the disk, or empty";
	for(i = 0; i < t->npart; i++){
		p = &t->part[i];
		if(start < p->end && p->start < end && p->slot < 4){
			snprint(err, sizeof err, "overlaps with %s", p->name);
			return err;
		}
	}
	for(i = t->npart; i > 0 && t->part[i-1].start > start; i--)
		t->part[i] = t->part[i-1];
	t->npart++;
	p = &t->part[i];
	memset(p, 0, sizeof *p);
	strecpy(p->name, p->name+sizeof p->name, name);
	p->start = start;
	p->end = end;
	if(pp != nil)
		*pp = p;
	return nil;
}

char*
delpart(Table *t, char *name)
{
	Part *p;

	p = findpart(t, name);
	if(p == nil)
		return "no such partition";
	t->npart--;
	memmove(p, p+1, (t->part+t->npart-p)*sizeof *p);
	return nil;
}

/* The longest free space that begins at a multiple of align. */
int
largestgap(Table *t, vlong from, vlong *start, vlong *end)
{
	vlong at, to, best;
	int i;

	best = 0;
	at = from;
	for(i = 0; i <= t->npart; i++){
		to = i < t->npart? t->part[i].start: t->secs;
		if(to-at > best){
			best = to-at;
			*start = at;
			*end = to;
		}
		if(i < t->npart && t->part[i].end > at)
			at = t->part[i].end;
	}
	return best > 0;
}

static char*
humansize(Table *t, vlong secs, char *buf, int n)
{
	vlong b;

	b = secs*t->secsize;
	if(b >= 1024LL*1024*1024)
		snprint(buf, n, "%lld.%.2lld GB", b>>30, (b>>20 & 1023)*100/1024);
	else if(b >= 1024*1024)
		snprint(buf, n, "%lld.%.2lld MB", b>>20, (b>>10 & 1023)*100/1024);
	else
		snprint(buf, n, "%lld.%.2lld KB", b>>10, (b & 1023)*100/1024);
	return buf;
}

void
printtable(Table *t)
{
	char size[32], what[Partname];
	vlong at;
	Part *p;
	int i;

	at = 0;
	for(i = 0; i <= t->npart; i++){
		p = &t->part[i];
		if(i == t->npart || p->start > at){
			if(i == t->npart && t->secs <= at)
				break;
			print("  empty %*s%12lld %12lld  (%lld sectors, %s)\n", Partname-12, "", at,
				i < t->npart? p->start: t->secs, (i < t->npart? p->start: t->secs)-at,
				humansize(t, (i < t->npart? p->start: t->secs)-at, size, sizeof size));
		}
		if(i == t->npart)
			break;
		t->ctlname(t, p, what, sizeof what);
		print("%c %-21s %12lld %12lld  (%lld sectors, %s)%s%s\n", p->active? '*': ' ', p->name,
			p->start, p->end, p->end-p->start, humansize(t, p->end-p->start, size, sizeof size),
			strcmp(what, p->name) != 0 && what[0] != 0? " ": "", strcmp(what, p->name) != 0? what: "");
		if(p->end > at)
			at = p->end;
	}
}

void
printctl(Table *t, int fd)
{
	char name[Partname];
	Part *p;

	for(p = t->part; p < t->part+t->npart; p++){
		t->ctlname(t, p, name, sizeof name);
		if(name[0] != 0)
			fprint(fd, "part %s %lld %lld\n", name, p->start+t->off, p->end+t->off);
	}
}

/* Those of the disk's ctl file that lie in our part of it and are not ours. */
static void
dropold(Table *t, char *ctl, int fd)
{
	char name[Partname], *line, *f[5];
	vlong start, end;
	Biobuf *b;
	Part *p;

	b = Bopen(ctl, OREAD);
	if(b == nil)
		return;
	while((line = Brdstr(b, '\n', 1)) != nil){
		if(tokenize(line, f, nelem(f)) == 4 && strcmp(f[0], "part") == 0 && strcmp(f[1], "data") != 0){
			start = strtoll(f[2], nil, 10) - t->off;
			end = strtoll(f[3], nil, 10) - t->off;
			for(p = t->part; p < t->part+t->npart; p++){
				t->ctlname(t, p, name, sizeof name);
				if(p->start == start && p->end == end && strcmp(name, f[1]) == 0)
					break;
			}
			if(p == t->part+t->npart && start >= 0 && end <= t->secs && end-start < t->secs)
				fprint(fd, "delpart %s", f[1]);
		}
		free(line);
	}
	Bterm(b);
}

static void
tellkernel(Table *t)
{
	char name[Partname], *ctl;
	Part *p;
	int fd;

	ctl = ctlfile(t->file);
	fd = ctl == nil? -1: open(ctl, OWRITE);
	if(fd >= 0){
		dropold(t, ctl, fd);
		for(p = t->part; p < t->part+t->npart; p++){
			t->ctlname(t, p, name, sizeof name);
			if(name[0] != 0 && fprint(fd, "part %s %lld %lld", name, p->start+t->off, p->end+t->off) < 0)
				fprint(2, "%s: %s: %r\n", argv0, name);
		}
		close(fd);
	}
	free(ctl);
}

int
writetable(Table *t)
{
	if(t->rdonly){
		werrstr("opened read only");
		return -1;
	}
	if(t->write(t) < 0)
		return -1;
	t->changed = 0;
	tellkernel(t);
	return 0;
}
