/* SPDX-License-Identifier: MIT */
/* Pseudo-random numbers (xorshift64*), and real ones from the kernel. */
#include "u.h"
#include "libc.h"

static uvlong state = 0x9E3779B97F4A7C15ULL;

void
srand(long seed)
{
	state = ((uvlong)(ulong)seed + 1) * 0x9E3779B97F4A7C15ULL;
	if(state == 0)
		state = 1;
}

/* 31 bits */
long
lrand(void)
{
	state ^= state>>12;
	state ^= state<<25;
	state ^= state>>27;
	return (long)(state * 0x2545F4914F6CDD1DULL >> 33);
}

int
rand(void)
{
	return (int)(lrand() & 0x7FFF);
}

/* 0 .. n-1, each equally likely */
long
lnrand(long n)
{
	long most, v;

	if(n <= 0)
		return 0;
	most = 0x7FFFFFFF - 0x7FFFFFFF%n;
	do
		v = lrand();
	while(v >= most);
	return v%n;
}

int
nrand(int n)
{
	return (int)lnrand(n);
}

double
frand(void)
{
	return ((double)lrand() + (double)lrand()/2147483648.0) / 2147483648.0;
}

ulong
truerand(void)
{
	ulong v;
	int fd;

	fd = open("/dev/random", OREAD);
	if(fd < 0)
		sysfatal("can't open /dev/random: %r");
	if(readn(fd, &v, sizeof v) != sizeof v)
		sysfatal("can't read /dev/random: %r");
	close(fd);
	return v;
}
