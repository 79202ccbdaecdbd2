/*
 * Reading and writing files that are made of files (devfs.c): where a byte
 * is, and what a mirror does about errors.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devfs.h"

/* Which file has the byte at off, where there, and how many that follow are in it, too. */
static Inner*
place(Fsdev *f, vlong off, vlong *at, long *n)
{
	vlong left, blk;
	int i;

	i = 0;
	*at = off;
	left = *n;
	switch(f->type){
	case Fpart:
		*at = off + f->start;
		break;
	case Finter:
		blk = off/Blksize;
		i = blk % f->n;
		*at = blk/f->n*Blksize + off%Blksize;
		left = Blksize - off%Blksize;
		break;
	case Fcat:
		while(*at >= f->in[i].size)
			*at -= f->in[i++].size;
		left = f->in[i].size - *at;
		break;
	}
	if(*n > left)
		*n = left;
	return &f->in[i];
}

static long
inner(Inner *in, uchar *buf, long n, vlong off, int write)
{
	Dev *d;

	d = devtab[in->c->type];
	return write? d->write(in->c, buf, n, off): d->read(in->c, buf, n, off);
}

/* All copies are written, the last first: while that goes on the first is right. */
static long
mirrorwrite(Fsdev *f, uchar *buf, long n, vlong off)
{
	long w;
	int i;

	for(i = f->n-1; i >= 0; i--){
		w = inner(&f->in[i], buf, n, off, 1);
		if(w != n)
			error(Eio);
	}
	return n;
}

static long
mirrorread(Fsdev *f, uchar *buf, long n, vlong off)
{
	int i;

	for(i = 0; i < f->n-1; i++)
		if(!waserror()){
			n = inner(&f->in[i], buf, n, off, 0);
			poperror();
			return n;
		}
	return inner(&f->in[i], buf, n, off, 0);
}

long
fstransfer(Fsdev *f, uchar *buf, long n, vlong off, int write)
{
	Inner *in;
	vlong at;
	long done, m, r;

	if(off < 0)
		error(Enegoff);
	if(off >= f->size || n <= 0)
		return 0;
	if(n > f->size - off)
		n = f->size - off;
	if(f->type == Fmirror)
		return write? mirrorwrite(f, buf, n, off): mirrorread(f, buf, n, off);
	for(done = 0; done < n; done += r){
		m = n-done;
		in = place(f, off+done, &at, &m);
		r = inner(in, buf+done, m, at, write);
		if(r <= 0)
			break;
	}
	return done;
}
