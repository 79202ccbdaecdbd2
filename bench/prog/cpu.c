/* SPDX-License-Identifier: MIT */
/*
 * Tests of the CPU and the memory.  What is timed calls no library: the same
 * machine code runs everywhere.  Each operation starts from the same state
 * and its result is compared with a constant.
 */
#include "bench.h"

static u32 seed = 0x12345678;

static u32 rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* --- Sieve: the primes below a million ------------------------------------- */

#define SIEVE 1000000u

static u32 sieve_once(u8 *composite)
{
	u32 primes = 0;

	for (u32 i = 0; i < SIEVE; i++)
		composite[i] = 0;
	for (u32 i = 2; i < SIEVE; i++) {
		if (composite[i])
			continue;
		primes++;
		for (u32 j = 2 * i; j < SIEVE; j += i)
			composite[j] = 1;
	}
	return primes;
}

static u64 sieve(long n)
{
	static u8 *composite;
	u64 start;

	if (!composite)
		composite = os_mem(SIEVE);
	start = os_ns();
	for (long i = 0; i < n; i++)
		if (sieve_once(composite) != 78498)
			bad("sieve");
	return os_ns() - start;
}

/* --- SHA-256 of 16 KiB (FIPS 180-4), without the padding ------------------- */

#define SHA_BYTES 16384u

static const u32 sha_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static u32 ror(u32 x, int n)
{
	return x >> n | x << (32 - n);
}

static void sha_block(u32 *h, const u8 *p)
{
	u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
	u32 w[64];

	for (int i = 0; i < 16; i++)
		w[i] = (u32)p[4 * i] << 24 | (u32)p[4 * i + 1] << 16 | (u32)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
		       (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
	for (int i = 0; i < 64; i++) {
		u32 t1 = k + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + sha_k[i] + w[i];
		u32 t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));

		k = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
	}
	h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += k;
}

static u32 sha_bytes(const u8 *p, u32 bytes)
{
	u32 h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	for (u32 i = 0; i < bytes; i += 64)
		sha_block(h, p + i);
	return h[0];
}

/* "abc", padded, must give the standard's ba7816bf: the block function is right. */
static void sha_prepare(u8 *p)
{
	p[0] = 'a', p[1] = 'b', p[2] = 'c', p[3] = 0x80, p[63] = 24;
	if (sha_bytes(p, 64) != 0xba7816bf)
		bad("sha256 of abc");
	for (u32 i = 0; i < SHA_BYTES; i++)
		p[i] = (u8)(i * 7 + (i >> 8));
}

static u64 sha256(long n)
{
	static u8 *p;
	static u32 first;
	u64 start;

	if (!p) {
		p = os_mem(SHA_BYTES);
		sha_prepare(p);
		first = sha_bytes(p, SHA_BYTES);
	}
	if (first != 0x947a6a41)
		bad("sha256 of the buffer");
	start = os_ns();
	for (long i = 0; i < n; i++)
		if (sha_bytes(p, SHA_BYTES) != first)
			bad("sha256");
	return os_ns() - start;
}

/* --- Quicksort of 100,000 integers, comparing through a function ----------- */

#define SORT 100000

static int compare(const int *a, const int *b)
{
	return *a < *b ? -1 : *a > *b;
}

static void swap(int *a, int *b)
{
	int t = *a;

	*a = *b;
	*b = t;
}

static void quicksort(int *v, int n, int (*cmp)(const int *, const int *))
{
	while (n > 1) {
		int i = 0, j = n - 1, pivot = v[n / 2];

		while (i <= j) {
			while (cmp(&v[i], &pivot) < 0)
				i++;
			while (cmp(&v[j], &pivot) > 0)
				j--;
			if (i <= j)
				swap(&v[i++], &v[j--]);
		}
		quicksort(v, j + 1, cmp);
		v += i;
		n -= i;
	}
}

/* In order, and the same numbers as before as far as their sum can tell. */
static void check_sorted(const int *v, u32 sum)
{
	u32 s = (u32)v[0];

	for (int i = 1; i < SORT; i++) {
		if (v[i - 1] > v[i])
			bad("qsort order");
		s += (u32)v[i];
	}
	if (s != sum)
		bad("qsort sum");
}

static u64 quick(long n)
{
	static int (*volatile cmp)(const int *, const int *) = compare;
	static int *from, *v;
	static u32 sum;
	u64 ns = 0;

	if (!from) {
		from = (int *)os_mem(SORT * sizeof(int));
		v = (int *)os_mem(SORT * sizeof(int));
		for (int i = 0; i < SORT; i++)
			sum += (u32)(from[i] = (int)rnd());
	}
	for (long k = 0; k < n; k++) {
		u64 start;

		for (int i = 0; i < SORT; i++)
			v[i] = from[i];
		start = os_ns();
		quicksort(v, SORT, cmp);
		ns += os_ns() - start;
		check_sorted(v, sum);
	}
	return ns;
}

/* --- Five bodies in double precision: the sun and four planets ------------- */

#define STEPS 1000

struct body {
	double x[3], v[3], mass;
};

static const struct body sun[5] = {
	{ { 0, 0, 0 }, { 0, 0, 0 }, 39.47841760435743 },
	{ { 4.84143144246472090, -1.16032004402742839, -.103622044471123109 },
	  { .606326392995832, 2.81198684491626, -.02521836165988763 }, .03769367487038949 },
	{ { 8.34336671824457987, 4.12479856412430479, -.403523417114321381 },
	  { -1.01077434617879, 1.82566237123041, .00841576137658415 }, .01128632613196877 },
	{ { 12.8943695621391310, -15.1111514016986312, -.223307578892655734 },
	  { 1.08279100644153, .868713018169608, -.01083263740136394 }, .00172372405705971 },
	{ { 15.3796971148509165, -25.9193146099879641, .179258772950371181 },
	  { .979090732243898, .594698998647676, -.03475595555078104 }, .00203368686992463 },
};

static void attract(struct body *a, struct body *b)
{
	double dx = a->x[0] - b->x[0], dy = a->x[1] - b->x[1], dz = a->x[2] - b->x[2];
	double d2 = dx * dx + dy * dy + dz * dz;
	double m = 0.001 / (d2 * __builtin_sqrt(d2));

	a->v[0] -= dx * b->mass * m;
	a->v[1] -= dy * b->mass * m;
	a->v[2] -= dz * b->mass * m;
	b->v[0] += dx * a->mass * m;
	b->v[1] += dy * a->mass * m;
	b->v[2] += dz * a->mass * m;
}

static void step(struct body *b)
{
	for (int i = 0; i < 5; i++)
		for (int j = i + 1; j < 5; j++)
			attract(&b[i], &b[j]);
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 3; k++)
			b[i].x[k] += 0.001 * b[i].v[k];
}

/* x87 and SSE round differently, so not the last digits: 1e-9 is 150 m. */
static void check_body(double x, double expected)
{
	double d = x - expected;

	if (!(d < 1e-9 && d > -1e-9))
		bad("nbody");
}

static u64 nbody(long n)
{
	static struct body b[5];
	u64 start = os_ns();

	for (long k = 0; k < n; k++) {
		for (int i = 0; i < 5; i++)
			b[i] = sun[i];
		for (int i = 0; i < STEPS; i++)
			step(b);
		check_body(b[1].x[0], 4.6542609865737479);
		check_body(b[4].x[1], -25.306012035198503);
	}
	return os_ns() - start;
}

/*
 * --- Copying 40 MB, a word at a time ----------------------------------------
 * Neither vectors nor "rep movs": an emulator's way with those would be all
 * that is compared.
 */

#define COPY (40u << 20)

/*
 * Pages between source and target.  Without them the two would be a multiple
 * of 2048 pages apart, and evict each other from an emulator's TLB at every
 * word.
 */
#define SPACER (37 * PAGE)

static void copy(u8 *dst, const u8 *src)
{
	u32 *to = (u32 *)dst;
	const u32 *from = (const u32 *)src;

	for (u32 i = 0; i < COPY / 4; i += 8) {
		to[i] = from[i], to[i + 1] = from[i + 1], to[i + 2] = from[i + 2], to[i + 3] = from[i + 3];
		to[i + 4] = from[i + 4], to[i + 5] = from[i + 5], to[i + 6] = from[i + 6], to[i + 7] = from[i + 7];
	}
	__asm__ volatile("" : : : "memory");
}

static u64 memcpy_40m(long n)
{
	static u8 *to, *from;
	u64 start, ns;

	if (!to) {
		to = os_mem(COPY);
		os_mem(SPACER);
		from = os_mem(COPY);
		for (u32 i = 0; i < COPY; i += 4)
			*(u32 *)(from + i) = i * 2654435761u;
		copy(to, from);
	}
	for (u32 i = 0; i < COPY; i += PAGE)
		to[i] = (u8)~from[i];
	start = os_ns();
	for (long i = 0; i < n; i++)
		copy(to, from);
	ns = os_ns() - start;
	for (u32 i = 0; i < COPY; i += 4)
		if (*(u32 *)(to + i) != i * 2654435761u)
			bad("memcpy");
	return ns;
}

/* --- Following a chain through 64 MB: the latency of memory and TLB --------- */

#define CHAIN (64u << 20)
#define LINE 64u
#define LINKS (CHAIN / LINE)

/* One cycle through all lines in random order (Sattolo's algorithm). */
static void make_chain(u8 *p)
{
	u32 *order = (u32 *)os_mem(LINKS * 4);

	for (u32 i = 0; i < LINKS; i++)
		order[i] = i;
	for (u32 i = LINKS - 1; i > 0; i--) {
		u32 j = rnd() % i, t = order[i];

		order[i] = order[j];
		order[j] = t;
	}
	for (u32 i = 0; i < LINKS; i++)
		*(u32 *)(p + i * LINE) = order[i] * LINE;
}

/* One operation is half the cycle, so an even number of them ends where it began. */
static u64 chase(long n)
{
	static u8 *chain;
	u32 at = 0;
	u64 start, ns;

	if (!chain) {
		chain = os_mem(CHAIN);
		make_chain(chain);
	}
	start = os_ns();
	for (long i = 0; i < n; i++)
		for (u32 k = 0; k < LINKS / 2; k++)
			at = *(u32 *)(chain + at);
	ns = os_ns() - start;
	if (n % 2)
		for (u32 k = 0; k < LINKS / 2; k++)
			at = *(u32 *)(chain + at);
	if (at != 0)
		bad("chase");
	return ns;
}

const struct test cpu_tests[] = {
	{ "sieve", sieve, 1 },
	{ "sha256", sha256, 1 },
	{ "qsort", quick, 1 },
	{ "nbody", nbody, STEPS },
	{ "memcpy", memcpy_40m, 1 },
	{ "chase", chase, LINKS / 2 },
	{ 0, 0, 0 },
};
