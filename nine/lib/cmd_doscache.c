/* SPDX-License-Identifier: MIT */
/*
 * dossrv's sectors: those of directories and of the allocation table stay in
 * memory, and what is changed is written when the file system is synced or too
 * much of it has come together.  Data of files do not go through here.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

enum
{
	Ahead	= 16,			/* sectors read at once */
	Maxrun	= 64,			/* written at once */
};

long
devread(Fs *fs, void *a, long n, uvlong off)
{
	long m, done;

	for(done = 0; done < n; done += m){
		m = pread(fs->fd, (char*)a+done, n-done, off+done);
		if(m <= 0){
			if(m == 0)
				werrstr("the device is shorter than its file system");
			return -1;
		}
	}
	return n;
}

long
devwrite(Fs *fs, void *a, long n, uvlong off)
{
	return pwrite(fs->fd, a, n, off) == n? n: -1;
}

static Buf*
lookup(Fs *fs, ulong sec)
{
	Buf *b;

	for(b = fs->hash[sec%Nhash]; b != nil; b = b->hash)
		if(b->sector == sec)
			return b;
	return nil;
}

static void
unhash(Fs *fs, Buf *b)
{
	Buf **l;

	for(l = &fs->hash[b->sector%Nhash]; *l != nil; l = &(*l)->hash)
		if(*l == b){
			*l = b->hash;
			return;
		}
}

static void
unlink(Fs *fs, Buf *b)
{
	if(b->older != nil)
		b->older->newer = b->newer;
	else
		fs->oldest = b->newer;
	if(b->newer != nil)
		b->newer->older = b->older;
	else
		fs->newest = b->older;
}

static void
used(Fs *fs, Buf *b)
{
	b->newer = nil;
	b->older = fs->newest;
	if(fs->newest != nil)
		fs->newest->newer = b;
	else
		fs->oldest = b;
	fs->newest = b;
}

static Buf*
newbuf(Fs *fs)
{
	Buf *b;

	b = malloc(sizeof *b + fs->bps);
	if(b == nil)
		return nil;
	memset(b, 0, sizeof *b);
	b->data = (uchar*)(b+1);
	fs->nbuf++;
	return b;
}

/* The one not used for longest, for another sector. */
static Buf*
takebuf(Fs *fs, ulong sec)
{
	Buf *b;

	b = nil;
	if(fs->nbuf < Nbuf)
		b = newbuf(fs);
	if(b == nil){
		for(b = fs->oldest; b != nil && b->dirty; b = b->newer)
			;
		if(b == nil){
			if(flushcache(fs) < 0 || (b = fs->oldest) == nil)
				return nil;
		}
		unlink(fs, b);
		unhash(fs, b);
	}
	b->sector = sec;
	b->dirty = 0;
	b->valid = 0;
	b->hash = fs->hash[sec%Nhash];
	fs->hash[sec%Nhash] = b;
	used(fs, b);
	return b;
}

static void
discard(Fs *fs, Buf *b)
{
	unlink(fs, b);
	unhash(fs, b);
	if(b->dirty)
		fs->ndirty--;
	free(b);
	fs->nbuf--;
}

/* The table is read in order more often than not. */
static ulong
ahead(Fs *fs, ulong sec)
{
	ulong n, end;

	end = fs->fat + fs->fatlen;
	if(sec < fs->fat || sec >= end)
		return 1;
	for(n = 1; n < Ahead && sec+n < end && lookup(fs, sec+n) == nil; n++)
		;
	return n;
}

static Buf*
fill(Fs *fs, ulong sec)
{
	uchar *tmp;
	ulong n, i;
	Buf *b, *first;

	n = ahead(fs, sec);
	tmp = malloc(n*fs->bps);
	if(tmp == nil)
		return nil;
	if(devread(fs, tmp, n*fs->bps, (uvlong)sec*fs->bps) < 0){
		free(tmp);
		return nil;
	}
	first = nil;
	for(i = n; i-- > 0; ){
		b = takebuf(fs, sec+i);
		if(b == nil)
			break;
		memmove(b->data, tmp + i*fs->bps, fs->bps);
		b->valid = 1;
		first = b;
	}
	free(tmp);
	return first != nil && first->sector == sec? first: nil;
}

static Buf*
getbuf(Fs *fs, ulong sec)
{
	Buf *b;

	b = lookup(fs, sec);
	if(b == nil)
		return fill(fs, sec);
	unlink(fs, b);
	used(fs, b);
	return b;
}

uchar*
getsec(Fs *fs, ulong sec)
{
	Buf *b;

	b = getbuf(fs, sec);
	return b == nil? nil: b->data;
}

static uchar*
dirty(Fs *fs, Buf *b)
{
	if(b == nil)
		return nil;
	if(!b->dirty){
		b->dirty = 1;
		fs->ndirty++;
	}
	return b->data;
}

uchar*
modsec(Fs *fs, ulong sec)
{
	if(fs->ndirty > Nbuf/2 && flushcache(fs) < 0)
		return nil;
	return dirty(fs, getbuf(fs, sec));
}

uchar*
newsec(Fs *fs, ulong sec)
{
	Buf *b;

	if(fs->ndirty > Nbuf/2 && flushcache(fs) < 0)
		return nil;
	b = lookup(fs, sec);
	if(b == nil)
		b = takebuf(fs, sec);
	if(b != nil){
		memset(b->data, 0, fs->bps);
		b->valid = 1;
	}
	return dirty(fs, b);
}

/* They are something else's from now on. */
void
dropsec(Fs *fs, ulong sec, ulong n)
{
	Buf *b, *next;

	if(n < Nbuf/4){
		for(; n > 0; n--, sec++)
			if((b = lookup(fs, sec)) != nil)
				discard(fs, b);
		return;
	}
	for(b = fs->oldest; b != nil; b = next){
		next = b->newer;
		if(b->sector >= sec && b->sector-sec < n)
			discard(fs, b);
	}
}

/* --- writing --- */

static int
bysector(void *a, void *b)
{
	ulong x, y;

	x = (*(Buf**)a)->sector;
	y = (*(Buf**)b)->sector;
	return x < y? -1: x > y;
}

/* Sectors in a row; those of the table to its copies, too. */
static int
writerun(Fs *fs, Buf **b, int n, uchar *tmp)
{
	ulong sec, c;
	int i;

	for(i = 0; i < n; i++)
		memmove(tmp + i*fs->bps, b[i]->data, fs->bps);
	sec = b[0]->sector;
	if(devwrite(fs, tmp, n*fs->bps, (uvlong)sec*fs->bps) < 0)
		return -1;
	if(sec >= fs->fat && sec < fs->fat+fs->fatlen && fs->activefat == ~0UL)
		for(c = 1; c < fs->nfat; c++)
			if(devwrite(fs, tmp, n*fs->bps, (uvlong)(sec + c*fs->fatlen)*fs->bps) < 0)
				return -1;
	for(i = 0; i < n; i++){
		b[i]->dirty = 0;
		fs->ndirty--;
	}
	return 0;
}

static int
sameregion(Fs *fs, ulong a, ulong b)
{
	return b == a+1 && (b != fs->fat) && b != fs->fat+fs->fatlen;
}

int
flushcache(Fs *fs)
{
	Buf **v, *b;
	uchar *tmp;
	int i, n, k, r;

	if(fs->ndirty == 0)
		return 0;
	v = malloc(fs->ndirty*sizeof v[0]);
	tmp = malloc(Maxrun*fs->bps);
	r = v == nil || tmp == nil? -1: 0;
	n = 0;
	if(r == 0){
		for(b = fs->oldest; b != nil; b = b->newer)
			if(b->dirty)
				v[n++] = b;
		qsort(v, n, sizeof v[0], (int(*)(const void*, const void*))bysector);
	}
	for(i = 0; i < n && r == 0; i += k){
		for(k = 1; i+k < n && k < Maxrun && sameregion(fs, v[i+k-1]->sector, v[i+k]->sector); k++)
			;
		r = writerun(fs, v+i, k, tmp);
	}
	free(v);
	free(tmp);
	return r;
}

void
freecache(Fs *fs)
{
	Buf *b, *next;

	for(b = fs->oldest; b != nil; b = next){
		next = b->newer;
		free(b);
	}
}
