/* SPDX-License-Identifier: MIT */
/* Memory, strings, UTF, sorting, splitting: against plain definitions of them. */
#include "u.h"
#include "libc.h"

static int failed;

static void
check(char *what, int ok)
{
	if(ok)
		return;
	print("FAIL %s\n", what);
	failed++;
}

enum
{
	Nblock	= 400,
};

static void
mallocs(void)
{
	uchar *b[Nblock];
	ulong n[Nblock], size, j;
	int i, k, bad;

	memset(b, 0, sizeof b);
	bad = 0;
	srand(3);
	for(i = 0; i < 60000; i++){
		k = nrand(Nblock);
		for(j = 0; b[k] && j < n[k]; j += 1+j/8)
			if(b[k][j] != (uchar)(k+1))
				bad++;
		size = nrand(10) ? nrand(200) : nrand(20000);
		switch(nrand(3)){
		case 0:
			free(b[k]);
			b[k] = malloc(size);
			n[k] = 0;
			break;
		case 1:
			b[k] = realloc(b[k], size);
			if(n[k] > size)
				n[k] = size;
			for(j = 0; j < n[k]; j += 1+j/8)
				if(b[k][j] != (uchar)(k+1))
					bad++;
			break;
		case 2:
			free(b[k]);
			b[k] = mallocz(size, 1);
			for(j = 0; j < size; j++)
				if(b[k][j] != 0)
					bad++;
			break;
		}
		if(b[k] == nil || ((uintptr)b[k] & 7) || msize(b[k]) < size)
			bad++;
		n[k] = size;
		memset(b[k], k+1, size);
	}
	for(k = 0; k < Nblock; k++)
		free(b[k]);
	check("malloc", bad == 0);
	b[0] = malloc(3*1024*1024);	/* freed pieces must have joined */
	check("malloc large", b[0] != nil && (char*)sbrk(0) - (char*)b[0] < 6*1024*1024);
	free(b[0]);
	b[0] = malloc(0x7FFFFFFF);
	b[1] = calloc(0x10000, 0x10000);
	check("malloc impossible", b[0] == nil && b[1] == nil);
}

static void
moves(void)
{
	uchar a[600], b[600];
	int i, j, n, from, to, bad;

	bad = 0;
	for(i = 0; i < 3000; i++){
		for(j = 0; j < (int)sizeof a; j++)
			a[j] = b[j] = (uchar)rand();
		n = nrand(i & 1 ? 300 : 40);
		from = nrand(300);
		to = nrand(300);
		memmove(a+to, a+from, n);
		if(to <= from)
			for(j = 0; j < n; j++)
				b[to+j] = b[from+j];
		else
			for(j = n-1; j >= 0; j--)
				b[to+j] = b[from+j];
		if(memcmp(a, b, sizeof a) != 0)
			bad++;
		memset(a+to, i, n);
		for(j = 0; j < n; j++)
			b[to+j] = (uchar)i;
		for(j = 0; j < (int)sizeof a; j++)
			if(a[j] != b[j])
				bad++;
	}
	check("memmove memset memcmp", bad == 0);
	check("memcmp order", memcmp("abcdX", "abcde", 5) < 0 && memcmp("\xff", "a", 1) > 0 && memcmp("a", "b", 0) == 0);
	check("memchr", memchr("abc", 'c', 3) != nil && memchr("abc", 'c', 2) == nil);
}

static void
strings(void)
{
	char buf[32], *e;

	check("strcmp", strcmp("a", "b") < 0 && strcmp("ab", "a") > 0 && strcmp("\xff", "a") > 0 && !strcmp("", ""));
	check("strncmp", !strncmp("abc", "abd", 2) && strncmp("abc", "abd", 3) < 0 && !strncmp("a", "a", 9));
	check("strchr", strchr("abc", 0) != nil && *strchr("abcb", 'b') == 'b' && strchr("abc", 'x') == nil);
	check("strrchr", strcmp(strrchr("a/b/c", '/'), "/c") == 0);
	check("strstr", strcmp(strstr("aaab", "aab"), "aab") == 0 && strstr("abc", "cd") == nil && *strstr("x", "") == 'x');
	check("strspn", strspn("aabc", "ab") == 3 && strcspn("aabc", "c") == 3 && strpbrk("abc", "xy") == nil);
	e = strecpy(buf, buf+4, "abcdef");
	check("strecpy", strcmp(buf, "abc") == 0 && e == buf+3);
	e = utfecpy(buf, buf+5, "a\xe2\x82\xac\xe2\x82\xac");
	check("utfecpy", strcmp(buf, "a\xe2\x82\xac") == 0 && e == buf+4);
	strncpy(buf, "ab", 5);
	check("strncpy", memcmp(buf, "ab\0\0\0", 5) == 0);
	check("cistrcmp", cistrcmp("AbC", "aBc") == 0 && cistrstr("xxABC", "abc") != nil);
}

typedef struct Name Name;
struct Name
{
	char	*in;
	char	*out;
};

static const Name names[] =
{
	{ "", "." }, { "/", "/" }, { "//", "/" }, { ".", "." }, { "..", ".." }, { "/..", "/" },
	{ "a//b/", "a/b" }, { "a/../b", "b" }, { "a/..", "." }, { "../../x/..", "../.." },
	{ "/a/./b/../../c", "/c" }, { "./a", "a" }, { "a/../../b", "../b" }, { "#c/../x", "#c/x" },
	{ "#c", "#c" }, { "#c/", "#c" }, { "#/", "#/" }, { "#/x/..", "#/x" }, { "#//a/..", "#/" }, { "..a/..b", "..a/..b" }, { "a/b/../..", "." }, { "/a/..", "/" },
};

static void
words(void)
{
	char buf[100], *f[10];
	int i;

	strcpy(buf, "  a 'b c' d''e 'it''s'\tlast one");
	i = tokenize(buf, f, 6);
	check("tokenize", i == 6 && !strcmp(f[0], "a") && !strcmp(f[1], "b c") && !strcmp(f[2], "de") &&
		!strcmp(f[3], "it's") && !strcmp(f[5], "one"));
	strcpy(buf, "a::b:c");
	i = getfields(buf, f, 10, 0, ":");
	check("getfields", i == 4 && !strcmp(f[1], "") && !strcmp(f[3], "c"));
	strcpy(buf, "::a::b:c");
	i = getfields(buf, f, 2, 1, ":");
	check("getfields multi", i == 2 && !strcmp(f[0], "a") && !strcmp(f[1], "b:c"));
	for(i = 0; i < nelem(names); i++){
		strcpy(buf, names[i].in);
		check(names[i].in, strcmp(cleanname(buf), names[i].out) == 0);
	}
}

static void
utf(void)
{
	static char *const bad[] = { "\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff" };
	char buf[UTFmax];
	Rune r, q;
	int i, n;

	for(r = 1; r <= Runemax; r += 1+r/64){
		if(r >= 0xD800 && r < 0xE000)
			continue;
		n = runetochar(buf, &r);
		check("rune", chartorune(&q, buf) == n && q == r && fullrune(buf, n) && !fullrune(buf, n-1));
	}
	for(i = 0; i < nelem(bad); i++)
		check("malformed", chartorune(&r, bad[i]) == 1 && r == Runeerror);
	check("utflen", utflen("a\xe2\x82\xac\xff") == 3 && utfrune("x\xe2\x82\xac", 0x20ac) != nil);
	check("case", toupperrune(0xe9) == 0xc9 && tolowerrune(0x416) == 0x436 && toupperrune('1') == '1' && tolowerrune(0x100) == 0x101);
}

static int
bynumber(const void *a, const void *b)
{
	int x, y;

	x = *(const int*)a;
	y = *(const int*)b;
	return x < y ? -1 : x > y;
}

static void
sorting(void)
{
	static int a[5000];
	int i, k, n, bad;
	vlong sum;

	bad = 0;
	for(k = 0; k < 12; k++){
		n = k < 6 ? k*2 : 5000;
		sum = 0;
		for(i = 0; i < n; i++){
			a[i] = k == 7 ? i : k == 8 ? -i : k == 9 ? i%3 : k == 10 ? (i < n/2 ? i : n-i) : rand();
			sum += a[i];
		}
		qsort(a, n, sizeof a[0], bynumber);
		for(i = 0; i < n; i++){
			sum -= a[i];
			if(i > 0 && a[i-1] > a[i])
				bad++;
		}
		if(sum != 0)
			bad++;
	}
	check("qsort", bad == 0);
}

static void
dirs(void)
{
	uchar buf[256];
	char strs[256];
	Dir d, e;
	uint n;

	nulldir(&d);
	d.qid.path = 0x123456789aULL;
	d.length = 1LL<<33;
	d.name = "name";
	n = convD2M(&d, buf, sizeof buf);
	check("convD2M", n == STATFIXLEN+4 && n == sizeD2M(&d) && statcheck(buf, n) == 0);
	check("convM2D", convM2D(buf, n, &e, strs) == n && e.length == 1LL<<33 && !strcmp(e.name, "name") && !strcmp(e.muid, ""));
	check("statcheck short", statcheck(buf, n-1) < 0 && convM2D(buf, n-1, &e, strs) == 0);
	check("convD2M short", convD2M(&d, buf, 10) == BIT16SZ);
	buf[n-2]++;
	check("statcheck string", statcheck(buf, n) < 0);
}

void
main(void)
{
	mallocs();
	moves();
	strings();
	words();
	utf();
	sorting();
	dirs();
	if(failed)
		exits("failed");
	print("ok libmem\n");
	exits(nil);
}
