/* SPDX-License-Identifier: MIT */
/*
 * Locks between processes that share memory.  key counts who holds or
 * waits: only when it shows company does anybody enter the kernel.
 */
#include "u.h"
#include "libc.h"

long
ainc(long *p)
{
	long v;

	v = 1;
	__asm__ volatile("lock xaddl %0, %1" : "+r"(v), "+m"(*p) : : "memory", "cc");
	return v+1;
}

long
adec(long *p)
{
	long v;

	v = -1;
	__asm__ volatile("lock xaddl %0, %1" : "+r"(v), "+m"(*p) : : "memory", "cc");
	return v-1;
}

int
cas(long *p, long old, long new)
{
	uchar ok;

	__asm__ volatile("lock cmpxchgl %3, %1; sete %0"
		: "=q"(ok), "+m"(*p), "+a"(old) : "r"(new) : "memory", "cc");
	return ok;
}

int
_tas(long *p)
{
	long v;

	v = 0xdeaddead;
	__asm__ volatile("xchgl %0, %1" : "+r"(v), "+m"(*p) : : "memory");
	return v != 0;
}

void
lock(Lock *l)
{
	if(ainc(&l->key) == 1)
		return;
	while(semacquire(&l->sem, 1) < 0)
		;			/* a note: wait on */
}

void
unlock(Lock *l)
{
	if(adec(&l->key) > 0)
		semrelease(&l->sem, 1);
}

int
canlock(Lock *l)
{
	return cas(&l->key, 0, 1);
}
