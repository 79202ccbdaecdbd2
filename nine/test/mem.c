/*
 * Memory: brk, fresh pages, copy on write, attached segments, many pages.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

enum
{
	MB	= 1024*1024,
};

/* More than exec copies at once, so that pages are copied when written. */
static uchar initialised[96*1024] = { [0] = 1, [50000] = 1, [90000] = 1 };

static int
allequal(uchar *p, long n, int v, long step)
{
	long i;

	for(i = 0; i < n; i += step)
		if(p[i] != v){
			werrstr("byte %ld is %d", i, p[i]);
			return 0;
		}
	return 1;
}

static void
breaks(void)
{
	uchar *p, *q;

	p = sbrk(0);
	q = (uchar*)(((ulong)p+4095) & ~4095);
	check(brk(q+8*MB) >= 0, "brk up");
	check(allequal(q, 8*MB, 0, 512), "fresh memory is zero");
	memset(q, 0xAA, 8*MB);
	check(allequal(q, 8*MB, 0xAA, 64), "and keeps what is written");
	check(brk(q) >= 0, "brk down");
	check(brk(q+8*MB) >= 0, "brk up again");
	check(allequal(q, 8*MB, 0, 512), "zero again");
	brk(p);
	checkerr(brk((void*)0xB0000000) < 0, "segments overlap", "brk over the stack");
}

static void
cow(void)
{
	uchar *p;
	int pid, i;

	p = sbrk(4*MB);
	memset(p, 1, 4*MB);
	for(i = 0; i < 3; i++){
		pid = fork();
		if(pid == 0){
			if(!allequal(p, 4*MB, 1, 256))
				_exits("child sees something else");
			memset(p, 2, 4*MB);
			if(!allequal(p, 4*MB, 2, 256))
				_exits("child's writes lost");
			_exits(nil);
		}
		p[i*4096] = 1;
		if(!check(wait()->msg[0] == 0, "child's copy"))
			break;
		if(!check(allequal(p, 4*MB, 1, 256), "parent's copy"))
			break;
	}
	/* grandchildren, everybody writing */
	pid = fork();
	if(pid == 0){
		memset(p, 3, 4*MB);
		if(fork() == 0){
			memset(p+MB, 4, MB);
			_exits(allequal(p+MB, MB, 4, 64) && allequal(p, MB, 3, 64) ? nil : "grandchild");
		}
		memset(p+2*MB, 5, MB);
		if(wait()->msg[0])
			_exits("grandchild");
		_exits(allequal(p+MB, MB, 3, 64) ? nil : "child");
	}
	memset(p, 6, MB);
	check(wait()->msg[0] == 0, "three generations");
	check(allequal(p, MB, 6, 64) && allequal(p+MB, MB, 1, 64), "of memory");
}

static void
segments(void)
{
	char *s;
	int pid;

	s = segattach(0, "shared", nil, 4096);
	check(s == (char*)0xAEFFE000, "segattach puts it under the stack");
	if(s == (char*)-1)
		return;
	strcpy(s, "parent");
	pid = fork();
	if(pid == 0){
		strcpy(s, "child");
		_exits(nil);
	}
	wait();
	check(strcmp(s, "child") == 0, "shared memory is shared");
	check(segdetach(s) >= 0, "segdetach");
	checkerr((long)segattach(0, "nonsense", nil, 4096) == -1, "bad arg in system call", "unknown class");
	checkerr(segdetach(&s) < 0, "bad arg in system call", "the stack stays");
	s = segattach(0, "memory", (void*)0x30000000, 64*1024);
	check(s == (char*)0x30000000, "segattach at an address");
	checkerr((long)segattach(0, "memory", (void*)0x30008000, 4096) == -1, "segments overlap", "overlap");
	s[5000] = 9;
	check(segfree(s+4096, 4096) >= 0, "segfree");
	check(s[5000] == 0, "freed memory is zero");
	check(segbrk(s, s+128*1024) != (void*)-1, "segbrk");
	s[100*1024] = 1;
	check(segdetach(s) >= 0, "segdetach again");
}

/* Pages of two processes that share memory, while a third is forked off. */
static void
sharers(void)
{
	uchar *p;
	int a, i;

	p = sbrk(MB);
	memset(p, 1, MB);
	a = rfork(RFPROC|RFMEM);
	if(a == 0){
		for(i = 0; i < 200; i++){
			memset(p, 1, MB/4);
			sleep(0);
		}
		_exits(nil);
	}
	for(i = 0; i < 20; i++){
		if(fork() == 0){
			sleep(5);
			_exits(allequal(p, MB, 1, 128) ? nil : "changed under the fork");
		}
		p[3*MB/4] = 1;
		sleep(0);
	}
	for(i = 0; i < 21; i++){
		Waitmsg *w = wait();
		if(w == nil || w->msg[0]){
			check(0, "fork beside RFMEM");
			return;
		}
	}
	check(1, "fork beside RFMEM");
}

/* A data page is copied on write: all who share it must see the copy. */
static void
shareddata(void)
{
	int i, n, pid;

	for(n = 0, i = 0; i < (int)sizeof initialised; i += 4096)
		n += initialised[i];	/* map them all, unwritten */
	pid = rfork(RFPROC|RFMEM);
	if(pid == 0){
		for(i = 0; i < (int)sizeof initialised; i += 4096)
			initialised[i+1] = 5;
		_exits(nil);
	}
	wait();
	for(i = 0; i < (int)sizeof initialised; i += 4096)
		if(initialised[i+1] != 5)
			break;
	check(n >= 1 && i >= (int)sizeof initialised, "copied pages are seen by sharers");
}

/*
 * A segment that was once so big that the map of its pages had to grow, and
 * is small again: forks must not copy what lies behind its end.
 */
static void
shrunk(void)
{
	enum { Much = 40*MB };
	char *p;
	int i, pid;

	p = sbrk(Much);
	if(p == (char*)-1){
		check(0, "sbrk of 40 MB");
		return;
	}
	for(i = 0; i < Much; i += MB)
		p[i] = 1;
	brk(p);
	for(i = 0; i < 100; i++){
		pid = fork();
		if(pid == 0)
			_exits(nil);
		if(pid < 0 || waitpid() != pid)
			break;
	}
	check(i == 100, "forks after a shrink");
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	shareddata();
	breaks();
	shrunk();
	cow();
	segments();
	sharers();
	done();
}
