/*
 * Random numbers for #c/random: the ChaCha20 stream cipher, keyed at the
 * first use from the host's and the processor's generator, where there are
 * such, and from the clock and cycle counter, and rekeyed from its own output
 * after each read, so that what was given out cannot be worked out later.
 * Every now and then the host gives something new, so that what is to come
 * cannot be worked out by who has seen the key.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

enum
{
	Words	= 16,
	Key	= 4,			/* words 4..11 of the state */
	Counter	= 12,
	Stir	= 64,			/* readings of the cycle counter */
	Freshms	= 5*60*1000,		/* a key is no older, */
	Freshlen	= 1024*1024,	/* and gives out no more bytes */
};

static uint state[Words];
static int seeded;
static ulong freshms;			/* when the host was asked */
static ulong given;			/* bytes since */
static QLock lk;

static uint
rotl(uint x, int n)
{
	return x<<n | x>>(32-n);
}

static void
quarter(uint *x, int a, int b, int c, int d)
{
	x[a] += x[b]; x[d] = rotl(x[d]^x[a], 16);
	x[c] += x[d]; x[b] = rotl(x[b]^x[c], 12);
	x[a] += x[b]; x[d] = rotl(x[d]^x[a], 8);
	x[c] += x[d]; x[b] = rotl(x[b]^x[c], 7);
}

static void
block(uint *out)
{
	int i;

	memmove(out, state, sizeof state);
	for(i = 0; i < 10; i++){
		quarter(out, 0, 4, 8, 12);
		quarter(out, 1, 5, 9, 13);
		quarter(out, 2, 6, 10, 14);
		quarter(out, 3, 7, 11, 15);
		quarter(out, 0, 5, 10, 15);
		quarter(out, 1, 6, 11, 12);
		quarter(out, 2, 7, 8, 13);
		quarter(out, 3, 4, 9, 14);
	}
	for(i = 0; i < Words; i++)
		out[i] += state[i];
	if(++state[Counter] == 0)
		state[Counter+1]++;
}

static void
rekey(void)
{
	uint out[Words];

	block(out);
	memmove(state+Key, out, 8*sizeof out[0]);
	memset(out, 0, sizeof out);
}

static int
hasrdrand(void)
{
	uint a, b, c, d;

	a = 1;
	c = 0;
	asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c>>30 & 1;
}

static uint
rdrand(void)
{
	uint x;
	uchar ok;
	int i;

	for(i = 0; i < 10; i++){
		asm volatile("rdrand %0; setc %1" : "=r"(x), "=q"(ok));
		if(ok)
			return x;
	}
	return 0;
}

/* What the host has for us. */
static void
refresh(void)
{
	uchar fresh[8*sizeof state[0]];
	int i, n;

	n = hwrandom(fresh, sizeof fresh);
	for(i = 0; i < n; i++)
		((uchar*)(state+Key))[i] ^= fresh[i];
	memset(fresh, 0, sizeof fresh);
	rekey();
	freshms = msnow();
	given = 0;
}

static void
seed(void)
{
	vlong t;
	int i, hw;

	memmove(state, "expand 32-byte k", 16);
	hw = hasrdrand();
	t = todget();
	state[Counter+2] = t;
	state[Counter+3] = t>>32;
	for(i = 0; i < Stir; i++){
		state[Key+i%8] ^= (uint)cycles() ^ (uint)fastns()<<16;
		if(hw)
			state[Key+i%8] ^= rdrand();
		rekey();
	}
	refresh();
	seeded = 1;
}

void
randomread(void *buf, long n)
{
	uint out[Words];
	uchar *p;
	long m;

	qlock(&lk);
	if(!seeded)
		seed();
	if(given > Freshlen || msnow()-freshms > Freshms)
		refresh();
	given += n;
	state[Key] ^= (uint)cycles();
	for(p = buf; n > 0; n -= m, p += m){
		block(out);
		m = n < (long)sizeof out? n: (long)sizeof out;
		qunlock(&lk);
		memmove(p, out, m);	/* may fault */
		qlock(&lk);
	}
	rekey();
	qunlock(&lk);
}
