/* SPDX-License-Identifier: MIT */
/*
 * Strings of runes, and classes of them.  The classes know the alphabets
 * with simple case pairs (Latin, Greek, Cyrillic, Armenian); other letters
 * have no case.
 */
#include "u.h"
#include "lib.h"

typedef struct Pair Pair;
struct Pair
{
	Rune	lo;			/* upper-case runes lo..hi ... */
	Rune	hi;
	int	delta;			/* ... are lower + delta; 1: they alternate */
};

static const Pair pairs[] =
{
	{ 'A', 'Z', 32 },
	{ 0xC0, 0xD6, 32 },
	{ 0xD8, 0xDE, 32 },
	{ 0x100, 0x12E, 1 },
	{ 0x132, 0x136, 1 },
	{ 0x139, 0x147, 1 },
	{ 0x14A, 0x176, 1 },
	{ 0x179, 0x17D, 1 },
	{ 0x386, 0x386, 38 },
	{ 0x388, 0x38A, 37 },
	{ 0x391, 0x3A1, 32 },
	{ 0x3A3, 0x3AB, 32 },
	{ 0x400, 0x40F, 80 },
	{ 0x410, 0x42F, 32 },
	{ 0x460, 0x480, 1 },
	{ 0x48A, 0x4BE, 1 },
	{ 0x4D0, 0x52E, 1 },
	{ 0x531, 0x556, 48 },
	{ 0x1E00, 0x1E94, 1 },
	{ 0x1EA0, 0x1EFE, 1 },
};

Rune
tolowerrune(Rune r)
{
	const Pair *p;

	for(p = pairs; p < pairs+nelem(pairs); p++)
		if(r >= p->lo && r <= p->hi && (p->delta != 1 || ((r - p->lo) & 1) == 0))
			return r + p->delta;
	return r;
}

Rune
toupperrune(Rune r)
{
	const Pair *p;
	Rune u;

	for(p = pairs; p < pairs+nelem(pairs); p++){
		u = r - p->delta;
		if(u >= p->lo && u <= p->hi && (p->delta != 1 || ((u - p->lo) & 1) == 0))
			return u;
	}
	return r;
}

int
isupperrune(Rune r)
{
	return tolowerrune(r) != r;
}

int
islowerrune(Rune r)
{
	return toupperrune(r) != r || r == 0xDF;
}

int
isdigitrune(Rune r)
{
	return r - '0' < 10;
}

int
isspacerune(Rune r)
{
	return r == ' ' || r - '\t' < 5 || r == 0x85 || r == 0xA0 || r == 0x1680 ||
		(r >= 0x2000 && r <= 0x200A) || r == 0x2028 || r == 0x2029 ||
		r == 0x202F || r == 0x205F || r == 0x3000;
}

int
isalpharune(Rune r)
{
	if(r < 0x80)
		return (r | 32) - 'a' < 26;
	if(r < 0xC0)
		return r == 0xAA || r == 0xB5 || r == 0xBA;
	if(r == 0xD7 || r == 0xF7 || isspacerune(r))
		return 0;
	if(r >= 0x2010 && r < 0x2C00)	/* punctuation, symbols, arrows, boxes */
		return (r >= 0x2071 && r <= 0x209C) || (r >= 0x2102 && r <= 0x2184);
	if(r >= 0x3000 && r < 0x3041)
		return r == 0x3005 || r == 0x3006;
	return !(r >= 0xD800 && r < 0xF900) && r != 0xFEFF && r != Runeerror && r <= Runemax;
}

int
toupper(int c)
{
	return (uint)c - 'a' < 26 ? c - 'a' + 'A' : c;
}

int
tolower(int c)
{
	return (uint)c - 'A' < 26 ? c - 'A' + 'a' : c;
}

long
runestrlen(const Rune *s)
{
	long n;

	for(n = 0; s[n]; n++)
		;
	return n;
}

Rune*
runestrchr(const Rune *s, Rune r)
{
	for(; *s != r; s++)
		if(*s == 0)
			return nil;
	return (Rune*)(uintptr)s;
}

int
runestrcmp(const Rune *a, const Rune *b)
{
	for(; *a == *b; a++, b++)
		if(*a == 0)
			return 0;
	return *a < *b ? -1 : 1;
}

Rune*
runestrcpy(Rune *to, const Rune *from)
{
	memmove(to, from, (runestrlen(from)+1)*sizeof(Rune));
	return to;
}

Rune*
runestrcat(Rune *to, const Rune *from)
{
	runestrcpy(to+runestrlen(to), from);
	return to;
}
