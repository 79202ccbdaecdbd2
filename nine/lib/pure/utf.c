/* SPDX-License-Identifier: MIT */
/* UTF-8: a malformed byte decodes as one Runeerror of length 1. */
#include "u.h"
#include "lib.h"

/* continuation bytes that a first byte announces, -1 if it may not be first */
static int
follow(uchar c)
{
	if(c < 0x80)
		return 0;
	if(c >= 0xC2 && c < 0xE0)
		return 1;
	if(c >= 0xE0 && c < 0xF0)
		return 2;
	if(c >= 0xF0 && c < 0xF5)
		return 3;
	return -1;
}

int
chartorune(Rune *r, const char *s)
{
	static const uint least[] = { 0, 0x80, 0x800, 0x10000 };
	const uchar *p;
	int i, n;
	uint c;

	p = (const uchar*)s;
	n = follow(*p);
	if(n == 0){
		*r = *p;
		return 1;
	}
	if(n > 0){
		c = *p & (0x3F >> n);
		for(i = 1; i <= n && (p[i] & 0xC0) == 0x80; i++)
			c = c<<6 | (p[i] & 0x3F);
		if(i > n && c >= least[n] && c <= Runemax && (c < 0xD800 || c >= 0xE000)){
			*r = c;
			return n+1;
		}
	}
	*r = Runeerror;
	return 1;
}

int
runetochar(char *s, const Rune *rp)
{
	Rune r;

	r = *rp;
	if(r > Runemax || (r >= 0xD800 && r < 0xE000))
		r = Runeerror;
	if(r < 0x80){
		s[0] = (char)r;
		return 1;
	}
	if(r < 0x800){
		s[0] = (char)(0xC0 | r>>6);
		s[1] = (char)(0x80 | (r & 0x3F));
		return 2;
	}
	if(r < 0x10000){
		s[0] = (char)(0xE0 | r>>12);
		s[1] = (char)(0x80 | (r>>6 & 0x3F));
		s[2] = (char)(0x80 | (r & 0x3F));
		return 3;
	}
	s[0] = (char)(0xF0 | r>>18);
	s[1] = (char)(0x80 | (r>>12 & 0x3F));
	s[2] = (char)(0x80 | (r>>6 & 0x3F));
	s[3] = (char)(0x80 | (r & 0x3F));
	return 4;
}

int
runelen(long c)
{
	char s[UTFmax];
	Rune r;

	r = (Rune)c;
	return runetochar(s, &r);
}

int
runenlen(const Rune *r, int n)
{
	int len;

	for(len = 0; n > 0; n--)
		len += runelen((long)*r++);
	return len;
}

/* are the n bytes at s enough for chartorune to decide? */
int
fullrune(const char *s, int n)
{
	int i, want;

	if(n <= 0)
		return 0;
	want = follow((uchar)s[0]);
	if(want < n)
		return 1;
	for(i = 1; i < n; i++)
		if((s[i] & 0xC0) != 0x80)
			return 1;
	return 0;
}

int
utflen(const char *s)
{
	int n;
	Rune r;

	for(n = 0; *s; n++)
		s += chartorune(&r, s);
	return n;
}

/* runes that lie wholly in the first m bytes */
int
utfnlen(const char *s, long m)
{
	const char *e;
	int n;
	Rune r;

	e = s+m;
	for(n = 0; s < e && *s; n++){
		if(!fullrune(s, (int)(e-s)))
			break;
		s += chartorune(&r, s);
	}
	return n;
}

char*
utfrune(const char *s, long c)
{
	int n;
	Rune r;

	if(c < Runesync)
		return strchr(s, (int)c);
	for(; *s; s += n){
		n = chartorune(&r, s);
		if(r == (Rune)c)
			return (char*)(uintptr)s;
	}
	return nil;
}

char*
utfrrune(const char *s, long c)
{
	const char *last;
	int n;
	Rune r;

	if(c < Runesync)
		return strrchr(s, (int)c);
	last = nil;
	for(; *s; s += n){
		n = chartorune(&r, s);
		if(r == (Rune)c)
			last = s;
	}
	return (char*)(uintptr)last;
}

char*
utfutf(const char *s, const char *pat)
{
	return strstr(s, pat);
}

/* strecpy that never leaves half a rune */
char*
utfecpy(char *to, char *e, const char *from)
{
	char *end;

	if(to >= e)
		return to;
	end = strecpy(to, e, from);
	if(from[end-to] == 0)
		return end;
	while(end > to && (from[end-to] & 0xC0) == 0x80)
		end--;
	*end = 0;
	return end;
}
