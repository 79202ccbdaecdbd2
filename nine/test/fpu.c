/*
 * Floating point and vector registers belong to a process, whoever else
 * computes at the same time.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

enum
{
	MS	= 1000000,
};

static int hasavx;

static int
avx(void)
{
	ulong a, b, c, d;

	__asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
	if((c & (1<<27)) == 0 || (c & (1<<28)) == 0)
		return 0;
	__asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
	return (a & 6) == 6;
}

/* Load every register with something of ours, wait, look. */
static int
round(ulong me, int spin)
{
	static ulong v[8] __attribute__((aligned(32)));
	static ulong got[8] __attribute__((aligned(32)));
	static ulong csr, gotcsr;
	double x;
	vlong t;
	int i;

	for(i = 0; i < 8; i++)
		v[i] = me*0x01010101 + i;
	csr = 0x1F80 | (me&3)<<13;
	x = 0;
	__asm__ volatile("fninit; fldl %0" : : "m"((double){me + 0.25}));
	__asm__ volatile("ldmxcsr %0" : : "m"(csr));
	if(hasavx)
		__asm__ volatile("vmovdqa %0, %%ymm5" : : "m"(v) : "memory");
	else
		__asm__ volatile("movdqa %0, %%xmm5" : : "m"(v) : "memory");
	if(spin){
		t = nsec();
		while(nsec()-t < 3*MS)
			;
	}else
		sleep(1);
	if(hasavx)
		__asm__ volatile("vmovdqa %%ymm5, %0; vzeroupper" : "=m"(got) : : "memory");
	else
		__asm__ volatile("movdqa %%xmm5, %0" : "=m"(got) : : "memory");
	__asm__ volatile("stmxcsr %0" : "=m"(gotcsr));
	__asm__ volatile("fstpl %0" : "=m"(x));
	return x == me + 0.25 && gotcsr == csr
		&& memcmp(v, got, hasavx ? 32 : 16) == 0;
}

static void
together(void)
{
	int i, k, good;

	for(i = 1; i <= 6; i++)
		if(fork() == 0){
			for(k = 0; k < 60; k++)
				if(!round(i, i&1))
					_exits("registers changed");
			_exits(nil);
		}
	good = 1;
	for(i = 1; i <= 6; i++)
		if(wait()->msg[0])
			good = 0;
	check(good, "registers of six processes");
}

static void
forked(void)
{
	double x;
	int pid;

	__asm__ volatile("fninit; fldpi");
	pid = fork();
	__asm__ volatile("fstpl %0" : "=m"(x));
	if(pid == 0)
		_exits(x > 3.14159 && x < 3.1416 ? nil : "lost");
	check(wait()->msg[0] == 0, "a child has its parent's registers");
	check(x > 3.14159 && x < 3.1416, "so has the parent");
}

static void
fresh(void)
{
	ushort cw;

	__asm__ volatile("fnstcw %0" : "=m"(cw));	/* bit 6 reads as 1 */
	werrstr("%#ux", cw);
	check((cw & ~0x40) == 0x0232, "control word of a new program");
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	fresh();
	hasavx = avx();
	print("# AVX %s\n", hasavx ? "yes" : "no");
	forked();
	together();
	USED(checkerr);
	done();
}
