/*
 * How fast #S is: diskio read|write FILE MB, with requests of 1 MiB one after
 * the other; diskio random FILE N PROCS, N reads of 4 KiB at random places by
 * so many processes at once. Prints MB or reads a second.
 */
#include "u.h"
#include "libc.h"

enum
{
	Mb	= 1024*1024,
	Small	= 4096,
};

static char *name;

static vlong
seq(int fd, int wr, int mb, vlong size)
{
	vlong t, at;
	char *b;
	long n;
	int i;

	b = mallocz(Mb, 1);
	if(b == nil)
		sysfatal("no memory");
	memset(b, wr, Mb);
	t = nsec();
	at = 0;
	for(i = 0; i < mb; i++){
		if(at+Mb > size)
			at = 0;
		n = wr? pwrite(fd, b, Mb, at): pread(fd, b, Mb, at);
		if(n != Mb)
			sysfatal("%s: %r", name);
		at += Mb;
	}
	return nsec()-t;
}

/* One of the processes. */
static void
reader(int fd, ulong seed, int n, vlong size)
{
	static char b[Small];
	ulong blocks;

	blocks = size/Small;
	for(; n > 0; n--){
		seed = seed*1664525 + 1013904223;
		if(pread(fd, b, Small, (vlong)((seed>>8)%blocks)*Small) != Small)
			_exits("read");
	}
	_exits(nil);
}

static vlong
all(int fd, int n, int nproc, vlong size)
{
	int go[2], i;
	Waitmsg *w;
	vlong t;
	char c;

	if(pipe(go) < 0)
		sysfatal("pipe: %r");
	for(i = 0; i < nproc; i++)
		switch(fork()){
		case -1:
			sysfatal("fork: %r");
		case 0:
			read(go[0], &c, 1);
			reader(fd, i*7919+1, n/nproc, size);
		}
	t = nsec();
	for(i = 0; i < nproc; i++)
		write(go[1], "g", 1);
	for(i = 0; i < nproc; i++){
		w = wait();
		if(w == nil || w->msg[0] != 0)
			sysfatal("%s: a reader failed", name);
		free(w);
	}
	return nsec()-t;
}

int
main(int argc, char *argv[])
{
	int fd, n, wr;
	vlong t;
	Dir *d;

	if(argc < 4){
		fprint(2, "usage: diskio read|write file MB | random file n procs\n");
		exits("usage");
	}
	name = argv[2];
	n = atoi(argv[3]);
	wr = strcmp(argv[1], "write") == 0;
	fd = open(name, wr? OWRITE: OREAD);
	d = fd < 0? nil: dirfstat(fd);
	if(d == nil || n <= 0)
		sysfatal("%s: %r", name);
	if(strcmp(argv[1], "random") == 0){
		t = all(fd, n, argc > 4? atoi(argv[4]): 16, d->length);
		print("%s %lld\n", argv[1], (vlong)n*1000000000/t);
	}else{
		t = seq(fd, wr, n, d->length);
		print("%s %lld\n", argv[1], (vlong)n*1000000000/t);
	}
	exits(nil);
}
