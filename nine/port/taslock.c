/*
 * Locks and counts on one processor.  The kernel is not preempted, so a
 * Lock is only ever found taken by a bug or by an interrupt handler that
 * should have used ilock; both are worth a panic.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

int
canlock(Lock *l)
{
	if(l->key)
		return 0;
	l->key = 1;
	l->pc = getcallerpc(&l);
	if(up)
		up->nlocks++;
	return 1;
}

void
lock(Lock *l)
{
	if(l->key)
		panic("lock %#p taken at %#lux: wanted at %#lux", l, l->pc, getcallerpc(&l));
	l->key = 1;
	l->pc = getcallerpc(&l);
	if(up)
		up->nlocks++;
}

void
unlock(Lock *l)
{
	if(l->key == 0)
		iprint("unlock: not locked: pc %#lux\n", getcallerpc(&l));
	l->key = 0;
	if(up && up->nlocks > 0)
		up->nlocks--;
}

/* Also against interrupt handlers. */
void
ilock(Lock *l)
{
	ulong s;

	s = splhi();
	if(l->key)
		panic("ilock %#p taken at %#lux: wanted at %#lux", l, l->pc, getcallerpc(&l));
	l->key = 1;
	l->pc = getcallerpc(&l);
	l->sr = s;
}

void
iunlock(Lock *l)
{
	ulong s;

	s = l->sr;
	l->key = 0;
	splx(s);
}

long
incref(Ref *r)
{
	return ++r->ref;
}

long
decref(Ref *r)
{
	if(r->ref <= 0)
		panic("decref pc=%#lux", getcallerpc(&r));
	return --r->ref;
}
