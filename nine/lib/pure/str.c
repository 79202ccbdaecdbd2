/* SPDX-License-Identifier: MIT */
/* NUL-terminated strings, by bytes. */
#include "u.h"
#include "lib.h"

ulong
strlen(const char *s)
{
	const char *p;

	for(p = s; *p; p++)
		;
	return p - s;
}

char*
strcpy(char *to, const char *from)
{
	memmove(to, from, strlen(from)+1);
	return to;
}

/* copy into [to, e), cut if need be, always terminated; returns the NUL */
char*
strecpy(char *to, char *e, const char *from)
{
	if(to >= e)
		return to;
	while(to < e-1 && *from)
		*to++ = *from++;
	*to = 0;
	return to;
}

char*
strncpy(char *to, const char *from, ulong n)
{
	ulong i;

	for(i = 0; i < n && from[i]; i++)
		to[i] = from[i];
	for(; i < n; i++)
		to[i] = 0;
	return to;
}

char*
strcat(char *to, const char *from)
{
	strcpy(to+strlen(to), from);
	return to;
}

char*
strncat(char *to, const char *from, long n)
{
	char *p;

	p = to+strlen(to);
	while(n-- > 0 && *from)
		*p++ = *from++;
	*p = 0;
	return to;
}

int
strcmp(const char *a, const char *b)
{
	for(; *a == *b; a++, b++)
		if(*a == 0)
			return 0;
	return (uchar)*a < (uchar)*b ? -1 : 1;
}

int
strncmp(const char *a, const char *b, ulong n)
{
	for(; n > 0; n--, a++, b++){
		if(*a != *b)
			return (uchar)*a < (uchar)*b ? -1 : 1;
		if(*a == 0)
			break;
	}
	return 0;
}

char*
strchr(const char *s, int c)
{
	for(; *s != (char)c; s++)
		if(*s == 0)
			return nil;
	return (char*)(uintptr)s;
}

char*
strrchr(const char *s, int c)
{
	const char *last;

	last = nil;
	for(;; s++){
		if(*s == (char)c)
			last = s;
		if(*s == 0)
			return (char*)(uintptr)last;
	}
}

ulong
strspn(const char *s, const char *set)
{
	const char *p;

	for(p = s; *p && strchr(set, *p); p++)
		;
	return p - s;
}

ulong
strcspn(const char *s, const char *set)
{
	const char *p;

	for(p = s; *p && strchr(set, *p) == nil; p++)
		;
	return p - s;
}

char*
strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s ? (char*)(uintptr)s : nil;
}

char*
strstr(const char *s, const char *pat)
{
	ulong n;

	n = strlen(pat);
	if(n == 0)
		return (char*)(uintptr)s;
	for(; (s = strchr(s, *pat)) != nil; s++)
		if(strncmp(s, pat, n) == 0)
			return (char*)(uintptr)s;
	return nil;
}

char*
strtok(char *s, const char *set)
{
	static char *rest;
	char *tok;

	if(s == nil)
		s = rest;
	if(s == nil)
		return nil;
	tok = s + strspn(s, set);
	if(*tok == 0){
		rest = nil;
		return nil;
	}
	rest = strpbrk(tok, set);
	if(rest)
		*rest++ = 0;
	return tok;
}

static int
lower(int c)
{
	return (uint)c - 'A' < 26 ? c - 'A' + 'a' : c;
}

int
cistrncmp(const char *a, const char *b, ulong n)
{
	int c, d;

	for(; n > 0; n--, a++, b++){
		c = lower((uchar)*a);
		d = lower((uchar)*b);
		if(c != d)
			return c < d ? -1 : 1;
		if(c == 0)
			break;
	}
	return 0;
}

int
cistrcmp(const char *a, const char *b)
{
	return cistrncmp(a, b, ~0UL);
}

char*
cistrstr(const char *s, const char *pat)
{
	ulong n;

	n = strlen(pat);
	for(;; s++){
		if(cistrncmp(s, pat, n) == 0)
			return (char*)(uintptr)s;
		if(*s == 0)
			return nil;
	}
}
