/*
 * Several processes at once make, read, rename, cut and remove files, talk
 * through pipes and bind, each knowing what it should find.  Buffers are
 * fresh memory every time, so that the kernel's copies fault.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Nproc	= 4,
	Nfile	= 10,
	Max	= 70000,		/* bytes in a file */
	Time	= 1000,			/* ms */
};

typedef struct File File;
struct File
{
	char	name[32];
	int	len;			/* -1: does not exist */
	uchar	pat;
};

static File file[Nfile];
static ulong seed;
static int bad;

static int
rnd(int n)
{
	seed = seed*1103515245 + 12345;
	return (seed>>8) % n;
}

static void
wrong(char *what, char *name)
{
	print("FAIL %s %s: %r\n", what, name);
	bad++;
}

static void
make(File *f, uchar *b)
{
	int fd;

	fd = create(f->name, ORDWR, 0666);
	if(fd < 0){
		wrong("create", f->name);
		return;
	}
	f->len = rnd(Max);
	f->pat = rnd(256);
	memset(b, f->pat, f->len);
	if(write(fd, b, f->len) != f->len)
		wrong("write", f->name);
	close(fd);
}

static void
look(File *f, uchar *b)
{
	int fd, n;

	fd = open(f->name, OREAD);
	if((fd < 0) != (f->len < 0))
		wrong("open", f->name);
	if(fd < 0)
		return;
	n = read(fd, b, Max);
	if(n != f->len)
		wrong("length of", f->name);
	while(--n >= 0)
		if(b[n] != f->pat){
			wrong("contents of", f->name);
			break;
		}
	close(fd);
}

static void
erase(File *f, uchar *b)
{
	USED(b);
	if((remove(f->name) < 0) != (f->len < 0))
		wrong("remove", f->name);
	f->len = -1;
}

static void
rename(File *f, uchar *b)
{
	File *to;
	Dir d;

	USED(b);
	to = &file[rnd(Nfile)];
	if(f->len < 0 || to->len >= 0)
		return;
	nulldir(&d);
	d.name = strrchr(to->name, '/')+1;
	if(dirwstat(f->name, &d) < 0)
		wrong("rename", f->name);
	to->len = f->len;
	to->pat = f->pat;
	f->len = -1;
}

static void
cut(File *f, uchar *b)
{
	Dir d;

	USED(b);
	if(f->len < 0)
		return;
	nulldir(&d);
	d.length = rnd(f->len+1);
	if(dirwstat(f->name, &d) < 0)
		wrong("cut", f->name);
	f->len = d.length;
}

static void
talk(File *f, uchar *b)
{
	int p[2], n;

	pipe(p);
	if(fork() == 0){
		close(p[0]);
		n = 1+rnd(60000);
		memset(b, 7, n);
		write(p[1], b, n);
		exits(nil);
	}
	close(p[1]);
	while((n = read(p[0], b, 5000)) > 0)
		while(--n >= 0)
			if(b[n] != 7){
				wrong("pipe", f->name);
				break;
			}
	close(p[0]);
	waitpid();
}

static void
through(File *f, uchar *b)
{
	char name[64];
	Dir *d;
	int fd;

	USED(b);
	if(bind("/tmp/stress", "/mnt", MAFTER) < 0)
		wrong("bind", "/mnt");
	snprint(name, sizeof name, "/mnt%s", strrchr(f->name, '/'));
	if((access(name, AEXIST) < 0) != (f->len < 0))
		wrong("through a union", name);
	fd = open("/mnt", OREAD);
	if(dirreadall(fd, &d) > 0)
		free(d);
	close(fd);
	if(unmount(nil, "/mnt") < 0)
		wrong("unmount", "/mnt");
}

static void (*todo[])(File*, uchar*) =
{
	make, make, look, look, look, erase, rename, cut, talk, through,
};

static void
one(int id)
{
	uchar *b;
	vlong end;
	int i;

	seed = id*7919 + 1;
	rfork(RFNAMEG);
	for(i = 0; i < Nfile; i++){
		snprint(file[i].name, sizeof file[i].name, "/tmp/stress/%d.%d", id, i);
		file[i].len = -1;
	}
	end = nsec() + Time*1000000LL;
	while(nsec() < end){
		b = sbrk(Max);
		if(b == (void*)-1){
			wrong("sbrk", "");
			break;
		}
		todo[rnd(nelem(todo))](&file[rnd(Nfile)], b);
		brk(b);
	}
	for(i = 0; i < Nfile; i++)
		erase(&file[i], nil);
	exits(bad? "bad": nil);
}

void
main(void)
{
	Waitmsg *w;
	int i;

	close(create("/tmp/stress", OREAD, DMDIR|0777));
	for(i = 0; i < Nproc; i++)
		if(fork() == 0)
			one(i);
	for(i = 0; i < Nproc; i++){
		w = wait();
		samestr("one of several", w == nil? "no child": w->msg, "");
		free(w);
	}
	works("nothing left", remove("/tmp/stress"));
	finish();
}
