/* SPDX-License-Identifier: MIT */
/* The end of a process, and what is to happen before it. */
#include "u.h"
#include "libc.h"
#include "tos.h"
#include "impl.h"

enum
{
	Maxexit	= 33,
};

typedef struct Onexit Onexit;
struct Onexit
{
	void	(*fn)(void);
	int	pid;			/* only in the process that asked */
};

Tos *_tos;
void **_privates;
int _nprivates;
char *argv0;

static Lock exitlock;
static Onexit onexit[Maxexit];

static int
change(void (*from)(void), int frompid, void (*to)(void))
{
	int i;

	lock(&exitlock);
	for(i = 0; i < Maxexit; i++)
		if(onexit[i].fn == from && (from == nil || onexit[i].pid == frompid)){
			onexit[i].pid = getpid();
			onexit[i].fn = to;
			break;
		}
	unlock(&exitlock);
	return i < Maxexit;
}

int
atexit(void (*fn)(void))
{
	return change(nil, 0, fn);
}

void
atexitdont(void (*fn)(void))
{
	change(fn, getpid(), nil);
}

void
exits(char *s)
{
	void (*fn)(void);
	int i, pid;

	pid = getpid();
	for(i = Maxexit-1; i >= 0; i--)
		if((fn = onexit[i].fn) != nil && onexit[i].pid == pid){
			onexit[i].fn = nil;
			fn();
		}
	_exits(s);
}

void
abort(void)
{
	__asm__ volatile("int3");
	for(;;)
		_exits("abort");
}

int
getpid(void)
{
	return (int)_tos->pid;
}

/* private words: same address in every process, own value in each */
static Lock privlock;
static uchar privused[16];

void**
privalloc(void)
{
	void **p;
	int i;

	p = nil;
	lock(&privlock);
	for(i = 0; i < _nprivates; i++)
		if(!privused[i]){
			privused[i] = 1;
			p = &_privates[i];
			*p = nil;
			break;
		}
	unlock(&privlock);
	return p;
}

void
privfree(void **p)
{
	if(p < _privates || p >= _privates+_nprivates)
		return;
	lock(&privlock);
	privused[p-_privates] = 0;
	unlock(&privlock);
}
