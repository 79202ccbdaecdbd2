/* SPDX-License-Identifier: MIT */
/*
 * tar - archiver.  Reads and writes ustar; names too long for it are written
 * as POSIX does, and GNU's way is understood.  What an archive says is not
 * trusted: nothing is put outside the current directory, unless R is given.
 */
#include "u.h"
#include "libc.h"
#include "tar.h"

enum
{
	Maxext	= 64*1024,
};

static int verb;			/* c r t x */
static int mflag, Rflag, pflag, kflag;
static char buf[Nblock*Tblock];
static int nbuf, at;			/* blocks in buf; the next one */
static vlong blockno;			/* blocks read so far */
static char **wanted;			/* of t and x; none: all */
static int nwanted;

static void
usage(void)
{
	fprint(2, "usage: tar {crtx}[vmpkRT][f archive][u uid][g gid] [file ...]\n");
	exits("usage");
}

static char*
readblock(void)
{
	long n;

	if(at >= nbuf){
		n = readn(tarfd, buf, sizeof buf);
		if(n < 0)
			sysfatal("read error on archive: %r");
		nbuf = n / Tblock;
		at = 0;
		if(n % Tblock != 0 && nbuf == 0)
			sysfatal("archive ends inside a block");
		if(nbuf == 0)
			return nil;
	}
	blockno++;
	return buf + Tblock*at++;
}

/* contents of an extended header; nil: too big */
static char*
readext(vlong size)
{
	char *p, *b;
	vlong left;

	p = size <= Maxext ? mallocz(size + Tblock + 1, 1) : nil;
	if(p == nil)
		sysfatal("extended header of %lld bytes is too long", size);
	for(left = 0; left < size; left += Tblock){
		b = readblock();
		if(b == nil)
			sysfatal("unexpected end of archive");
		memmove(p+left, b, Tblock);
	}
	p[size] = 0;
	return p;
}

/* the next entry that is a file, under its full name; 0 at the end */
static int
nextentry(Tent *e)
{
	static char longname[Maxname+1];
	Thdr *h;
	char *p;
	int r;

	longname[0] = 0;
	for(;;){
		h = (Thdr*)readblock();
		if(h == nil)
			return 0;
		r = tarparse(h, e);
		if(r == 0)
			return 0;
		if(r < 0)
			sysfatal("bad header in archive at block %lld", blockno-1);
		if(strchr("LKxg", e->type) == nil)
			break;
		p = readext(e->size);
		if(e->type == Tlongname)
			strecpy(longname, longname+sizeof longname, p);
		else if(e->type == Tpax)
			tarpaxname(p, e->size, longname);
		free(p);
	}
	if(longname[0] != 0)
		strcpy(e->name, longname);
	return 1;
}

static int
selected(char *name)
{
	int i;
	long n;

	for(i = 0; i < nwanted; i++){
		n = strlen(wanted[i]);
		while(n > 1 && wanted[i][n-1] == '/')
			n--;
		if(strncmp(name, wanted[i], n) == 0 && (name[n] == 0 || name[n] == '/'))
			return 1;
	}
	return nwanted == 0;
}

static char*
modestring(Tent *e, char *s)
{
	int i;

	s[0] = e->type == Tdir ? 'd' : '-';
	for(i = 0; i < 9; i++)
		s[i+1] = e->mode & (0400 >> i) ? "rwxrwxrwx"[i] : '-';
	s[10] = 0;
	return s;
}

static void
list(Tent *e)
{
	char mode[16], *t;

	if(!vflag){
		print("%s\n", e->name);
		return;
	}
	t = ctime(e->mtime);
	print("%s %s %s %8lld %.12s %.4s %s\n", modestring(e, mode), e->uname[0] ? e->uname : "none",
		e->gname[0] ? e->gname : "none", e->size, t+4, t+24, e->name);
}

/* a name below the current directory, or nil */
static char*
safe(char *name)
{
	cleanname(name);
	if(Rflag)
		return name;
	while(*name == '/')
		name++;
	if(*name == 0)
		return ".";
	/* after cleanname .. can only come first; # is the root of a device */
	if(strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 || *name == '#')
		return nil;
	return name;
}

static void
makeparents(char *name)
{
	char *p;
	int f;

	for(p = name+1; (p = strchr(p, '/')) != nil; *p++ = '/'){
		*p = 0;
		if(access(name, AEXIST) < 0 && (f = create(name, OREAD, DMDIR|0777)) >= 0)
			close(f);
	}
}

static int
makefile(char *name, Tent *e)
{
	int f, isdir;
	Dir *d;

	isdir = e->type == Tdir;
	d = dirstat(name);
	if(d != nil && isdir && (d->mode & DMDIR)){
		free(d);
		return open(name, OREAD);
	}
	free(d);
	if(d != nil && kflag){
		werrstr("file already exists");
		return -1;
	}
	f = create(name, isdir ? OREAD : OWRITE, isdir ? DMDIR|e->mode|0700 : e->mode|0200);
	if(f < 0){
		makeparents(name);
		f = create(name, isdir ? OREAD : OWRITE, isdir ? DMDIR|e->mode|0700 : e->mode|0200);
	}
	return f;
}

static void
attributes(int f, Tent *e)
{
	Dir d;

	nulldir(&d);
	if(!mflag)
		d.mtime = e->mtime;
	if(pflag || (e->mode & 0200) == 0)
		d.mode = e->mode | (e->type == Tdir ? DMDIR : 0);
	dirfwstat(f, &d);
}

/* the contents: written to f unless it is negative */
static void
contents(int f, Tent *e)
{
	char *b;
	vlong left;
	long n;

	for(left = e->size; left > 0; left -= n){
		b = readblock();
		if(b == nil)
			sysfatal("unexpected end of archive in %s", e->name);
		n = left < Tblock ? left : Tblock;
		if(f >= 0 && write(f, b, n) != n){
			tarwarn("write error on", e->name);
			f = -1;
		}
	}
}

static void
extract(Tent *e)
{
	char *name;
	int f;

	f = -1;
	name = safe(e->name);
	if(name == nil){
		fprint(2, "tar: %s: not extracted: outside the current directory\n", e->name);
		tarstatus = "errors";
	}else if(e->type != Tfile && e->type != Tdir){
		fprint(2, "tar: %s: not extracted: %s\n", e->name,
			e->type == Tlink || e->type == Tsymlink ? "link" : "special file");
		tarstatus = "errors";
	}else{
		f = makefile(name, e);
		if(f < 0)
			tarwarn("can't create", name);
		else if(vflag)
			print("%s\n", name);
	}
	contents(f, e);
	if(f >= 0){
		attributes(f, e);
		close(f);
	}
}

static void
readarchive(void)
{
	static Tent e;

	while(nextentry(&e))
		if(!selected(e.name))
			contents(-1, &e);
		else if(verb == 'x')
			extract(&e);
		else{
			list(&e);
			contents(-1, &e);
		}
}

/* r: where the zeroes at the end begin */
static void
findend(void)
{
	static Tent e;
	vlong end;

	end = 0;
	while(nextentry(&e)){
		contents(-1, &e);
		end = blockno;
	}
	if(seek(tarfd, end*Tblock, 0) < 0)
		sysfatal("can't seek in archive: %r");
}

static void
openarchive(void)
{
	tarfd = verb == 'c';
	if(archive == nil || strcmp(archive, "-") == 0){
		archive = nil;
		if(verb == 'r')
			usage();
		return;
	}
	if(verb == 'c' || (verb == 'r' && access(archive, AEXIST) < 0))
		tarfd = create(archive, ORDWR, 0666);
	else
		tarfd = open(archive, verb == 'r' ? ORDWR : OREAD);
	if(tarfd < 0)
		sysfatal("can't open %s: %r", archive);
}

static char*
take(int *argc, char ***argv)
{
	if(*argc < 1)
		usage();
	(*argc)--;
	return *(*argv)++;
}

int
main(int argc, char *argv[])
{
	char *key;

	argv0 = "tar";
	if(argc < 2)
		usage();
	key = argv[1] + (argv[1][0] == '-');
	argc -= 2;
	argv += 2;
	for(; *key != 0; key++)
		switch(*key){
		case 'c': case 'r': case 't': case 'x':
			if(verb != 0)
				usage();
			verb = *key;
			break;
		case 'f':
			archive = take(&argc, &argv);
			break;
		case 'u':
			user = take(&argc, &argv);
			break;
		case 'g':
			group = take(&argc, &argv);
			break;
		case 'v':
			vflag = 1;
			break;
		case 'm':
			mflag = 1;
			break;
		case 'T':
			mflag = 0;
			break;
		case 'p':
			pflag = 1;
			break;
		case 'k':
			kflag = 1;
			break;
		case 'R':
			Rflag = 1;
			break;
		default:
			usage();
		}
	if(verb == 0)
		usage();
	openarchive();
	if(verb == 'c' || verb == 'r'){
		if(verb == 'r')
			findend();
		writearchive(argc, argv);
	}else{
		wanted = argv;
		nwanted = argc;
		readarchive();
	}
	exits(tarstatus);
}
