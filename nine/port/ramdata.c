/*
 * The contents of ramdisk files.  A page never written is where it lies in
 * the archive, or all zeros; a page that was is a page of ours.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ram.h"

enum
{
	Minpages	= 4,
	Reserve		= 16,		/* 1/Reserve of memory is not for files */
};

static char Efull[] = "file system full";

/* No file can be longer: twice what memory holds leaves room for some holes. */
vlong
ramlimit(void)
{
	return (vlong)conf.npage*BY2PG*2;
}

static uchar zeros[BY2PG];

/* Of n bytes at off in a page not written: how many lie together, and where. */
static long
unwritten(Ram *f, ulong off, long n, uchar **p)
{
	ulong pn, end;

	for(pn = off/BY2PG+1; pn*BY2PG < off+n; pn++)
		if(pn < f->npage && f->page[pn] != nil)
			break;
	end = off+n;
	if(pn*BY2PG < end)
		end = pn*BY2PG;
	if(off < f->imglen){
		if(end > f->imglen)
			end = f->imglen;
		*p = f->img+off;
		return end-off;
	}
	*p = zeros;
	n = end-off;
	return n > BY2PG? BY2PG: n;
}

static long
readsome(Ram *f, uchar *buf, long n, ulong off)
{
	Page *pg;
	uchar *p;
	ulong pn;

	pn = off/BY2PG;
	if(pn >= f->npage || (pg = f->page[pn]) == nil){
		n = unwritten(f, off, n, &p);
		memmove(buf, p, n);
		return n;
	}
	if(n > (long)(BY2PG - off%BY2PG))
		n = BY2PG - off%BY2PG;
	pg->ref++;			/* the copy may sleep, and the file be cut meanwhile */
	if(waserror()){
		putpage(pg);
		nexterror();
	}
	memmove(buf, (uchar*)pagekva(pg) + off%BY2PG, n);
	poperror();
	putpage(pg);
	return n;
}

long
ramdataread(Ram *f, void *buf, long n, vlong off)
{
	long m, done;

	for(done = 0; done < n; done += m){
		if(off+done >= f->length)
			break;
		m = n-done;
		if(m > f->length-off-done)
			m = f->length-off-done;
		m = readsome(f, (uchar*)buf+done, m, off+done);
	}
	return done;
}

/* Make the table reach page number pn. */
static void
growtable(Ram *f, ulong pn)
{
	Page **t;
	ulong n;

	if(pn < f->npage)
		return;
	n = f->npage*2;
	if(n < Minpages)
		n = Minpages;
	if(n <= pn)
		n = pn+1;
	t = malloc(n*sizeof t[0]);
	if(t == nil)
		error(Efull);
	if(f->npage > 0)
		memmove(t, f->page, f->npage*sizeof t[0]);
	free(f->page);
	f->page = t;
	f->npage = n;
}

/* What page pn holds without having been written. */
static void
original(Ram *f, ulong pn, uchar *to)
{
	ulong off, n;

	off = pn*BY2PG;
	n = 0;
	if(off < f->imglen){
		n = f->imglen-off;
		if(n > BY2PG)
			n = BY2PG;
		memmove(to, f->img+off, n);
	}
	memset(to+n, 0, BY2PG-n);
}

/* Page pn, made ours, with a reference for the caller. */
static Page*
writablepage(Ram *f, ulong pn)
{
	Page *pg;

	growtable(f, pn);
	pg = f->page[pn];
	if(pg != nil){
		pg->ref++;
		return pg;
	}
	if(freepages() < conf.upages/Reserve)
		error(Efull);
	pg = newpage(0);
	if(pg == nil)
		error(Efull);
	if(pn >= f->npage || f->page[pn] != nil){	/* things moved while we waited */
		putpage(pg);
		return writablepage(f, pn);
	}
	original(f, pn, pagekva(pg));
	f->page[pn] = pg;
	pg->ref++;
	return pg;
}

static void
writesome(Ram *f, uchar *buf, long n, ulong off)
{
	Page *pg;

	pg = writablepage(f, off/BY2PG);
	if(waserror()){
		putpage(pg);
		nexterror();
	}
	memmove((uchar*)pagekva(pg) + off%BY2PG, buf, n);
	poperror();
	putpage(pg);
	if(off+n > f->length)
		f->length = off+n;
}

/*
 * What was written before memory ran out is there, but the write has failed:
 * programs that miss some bytes print the error text.
 */
long
ramdatawrite(Ram *f, void *buf, long n, vlong off)
{
	long m, done;

	if(off > ramlimit()-n)
		error(Efull);
	for(done = 0; done < n; done += m){
		m = BY2PG - (off+done)%BY2PG;
		if(m > n-done)
			m = n-done;
		writesome(f, (uchar*)buf+done, m, off+done);
	}
	return done;
}

static void
freefrom(Ram *f, ulong pn)
{
	for(; pn < f->npage; pn++)
		if(f->page[pn] != nil){
			putpage(f->page[pn]);
			f->page[pn] = nil;
		}
}

void
ramfreedata(Ram *f)
{
	freefrom(f, 0);
	free(f->page);
	f->page = nil;
	f->npage = 0;
}

/* Cut or extend; what is beyond the end must read as zeros should the file grow again. */
void
ramtruncate(Ram *f, vlong length)
{
	ulong pn, part;

	if(length < f->length){
		freefrom(f, (length+BY2PG-1)/BY2PG);
		part = length%BY2PG;
		pn = length/BY2PG;
		if(part != 0 && pn < f->npage && f->page[pn] != nil)
			memset((uchar*)pagekva(f->page[pn])+part, 0, BY2PG-part);
		if(f->imglen > length)
			f->imglen = length;
		if(length == 0)
			ramfreedata(f);
	}
	f->length = length;
}
