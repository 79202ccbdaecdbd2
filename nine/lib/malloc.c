/* SPDX-License-Identifier: MIT */
/*
 * Memory: blocks with their size at both ends, free ones in bins by size,
 * neighbours joined when freed.  The arena grows by brk and is contiguous
 * unless somebody else called sbrk; then a new piece begins.
 *
 *	| size|inuse | payload ............ |	in use
 *	| size       | next | prev | . | size |	free
 *
 * The bit Previnuse says whether the word before the header is a size.
 */
#include "u.h"
#include "libc.h"

enum
{
	Inuse		= 1,
	Previnuse	= 2,
	Flags		= 7,
	Head		= 4,
	Align		= 8,
	Minblock	= 16,		/* header, two links, size at the end */
	Nsmall		= 64,		/* bins of one size each: up to 512 bytes */
	Nbins		= Nsmall+24*4,
	Growby		= 64*1024,
	Maxalloc	= 0x60000000,
};

typedef struct Block Block;
struct Block
{
	ulong	size;			/* of all of it, and flags */
	Block	*next;			/* in its bin, when free */
	Block	*prev;
};

#define SIZE(b)		((b)->size & ~(ulong)Flags)
#define AFTER(b)	((Block*)((char*)(b)+SIZE(b)))
#define FOOT(b)		(((ulong*)AFTER(b))[-1])

static Lock mlock;
static Block *bins[Nbins];
static Block *top;			/* the header behind the last block: size 0, in use */

static int
bin(ulong size)
{
	int e;

	if(size < Nsmall*Align)
		return (int)(size/Align);
	e = 31-__builtin_clz(size);	/* at least 9 */
	return Nsmall + (e-9)*4 + (int)(size>>(e-2) & 3);
}

static void
put(Block *b)
{
	Block **h;

	h = &bins[bin(SIZE(b))];
	FOOT(b) = SIZE(b);
	b->prev = nil;
	b->next = *h;
	if(b->next)
		b->next->prev = b;
	*h = b;
}

static void
take(Block *b)
{
	if(b->prev)
		b->prev->next = b->next;
	else
		bins[bin(SIZE(b))] = b->next;
	if(b->next)
		b->next->prev = b->prev;
}

/* the block is no longer used: join it with free neighbours and keep it */
static void
release(Block *b)
{
	Block *n, *p;

	n = AFTER(b);
	if(!(n->size & Inuse)){
		take(n);
		b->size += SIZE(n);
	}
	if(!(b->size & Previnuse)){
		p = (Block*)((char*)b - ((ulong*)b)[-1]);
		take(p);
		p->size += SIZE(b);
		b = p;
	}
	b->size &= ~(ulong)Inuse;
	AFTER(b)->size &= ~(ulong)Previnuse;
	put(b);
}

static int
grow(ulong size)
{
	Block *b;
	ulong n;
	char *p;

	n = (size + 2*Align + Growby-1) & ~(ulong)(Growby-1);
	p = sbrk(n);
	if(p == (char*)-1)
		return -1;
	if(top && (char*)top+Head == p){
		b = top;
		b->size = n | (b->size & Previnuse);
	}else{
		b = (Block*)(p+Align-Head);
		b->size = (n-Align) | Previnuse;
	}
	top = AFTER(b);
	top->size = Inuse | Previnuse;
	release(b);
	return 0;
}

/* cut b, which is not in a bin, down to size; the rest is released */
static void
trim(Block *b, ulong size)
{
	Block *r;

	if(SIZE(b) - size < Minblock)
		return;
	r = (Block*)((char*)b+size);
	r->size = (SIZE(b)-size) | Previnuse;
	b->size = size | (b->size & Flags);
	release(r);
}

static Block*
find(ulong size)
{
	Block *b;
	int i;

	for(i = bin(size); i < Nbins; i++)
		for(b = bins[i]; b; b = b->next)
			if(SIZE(b) >= size)
				return b;
	return nil;
}

static ulong
blocksize(ulong n)
{
	n = (n+Head+Align-1) & ~(ulong)(Align-1);
	return n < Minblock ? Minblock : n;
}

void*
malloc(ulong n)
{
	Block *b;
	ulong size;

	if(n > Maxalloc){
		werrstr("virtual memory allocation failed");
		return nil;
	}
	size = blocksize(n);
	lock(&mlock);
	b = find(size);
	if(b == nil && grow(size) == 0)
		b = find(size);
	if(b){
		take(b);
		b->size |= Inuse;
		AFTER(b)->size |= Previnuse;
		trim(b, size);
	}
	unlock(&mlock);
	return b ? (char*)b+Head : nil;
}

void
free(void *p)
{
	Block *b;

	if(p == nil)
		return;
	b = (Block*)((char*)p-Head);
	if(!(b->size & Inuse) || (b->size & 4)){
		fprint(2, "%s: free(%p): not allocated\n", argv0 ? argv0 : "malloc", p);
		abort();
	}
	lock(&mlock);
	release(b);
	unlock(&mlock);
}

ulong
msize(void *p)
{
	return p ? SIZE((Block*)((char*)p-Head))-Head : 0;
}

/* let b grow over the free block behind it, if that is enough */
static int
extend(Block *b, ulong size)
{
	Block *n;

	n = AFTER(b);
	if((n->size & Inuse) || SIZE(b)+SIZE(n) < size)
		return 0;
	take(n);
	b->size += SIZE(n);
	AFTER(b)->size |= Previnuse;
	return 1;
}

void*
realloc(void *p, ulong n)
{
	Block *b;
	ulong size;
	void *q;
	int ok;

	if(p == nil)
		return malloc(n);
	if(n > Maxalloc){
		werrstr("virtual memory allocation failed");
		return nil;
	}
	b = (Block*)((char*)p-Head);
	size = blocksize(n);
	lock(&mlock);
	ok = SIZE(b) >= size || extend(b, size);
	if(ok)
		trim(b, size);
	unlock(&mlock);
	if(ok)
		return p;
	q = malloc(n);
	if(q){
		memmove(q, p, msize(p));
		free(p);
	}
	return q;
}

void*
mallocz(ulong n, int clear)
{
	void *p;

	p = malloc(n);
	if(p && clear)
		memset(p, 0, n);
	return p;
}

void*
calloc(ulong n, ulong size)
{
	if(size && n > Maxalloc/size)
		return malloc(~0UL);
	return mallocz(n*size, 1);
}

void
setmalloctag(void *p, uintptr tag)
{
	USED(p);
	USED(tag);			/* tags are for debuggers; we keep none */
}

void
setrealloctag(void *p, uintptr tag)
{
	USED(p);
	USED(tag);
}

char*
strdup(const char *s)
{
	char *t;

	t = malloc(strlen(s)+1);
	return t ? strcpy(t, s) : nil;
}
