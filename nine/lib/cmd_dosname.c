/* SPDX-License-Identifier: MIT */
/*
 * dossrv: names.  An entry has room for eight and three capitals; any other
 * name is in entries before it, thirteen UTF-16 units each, last ones first,
 * tied to it by a sum.  Short names are shown in small letters.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

enum
{
	Perentry	= 13,
};

static const int place[Perentry] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };

static int
plain(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c < 0x7F && c > ' ' && strchr("!#$%&'()-@^_`{}~", c) != nil);
}

/* Small letters, digits and the like only: no long name is needed. */
int
shortname(char *s, uchar *to, int *lower)
{
	int i, max;

	memset(to, ' ', 11);
	*lower = Lowbase|Lowext;
	max = 8;
	for(i = 0; *s != 0; s++){
		if(*s == '.' && max == 8 && i > 0 && s[1] != 0){
			i = 8;
			max = 11;
			continue;
		}
		if(i >= max || !plain(*s & 0xFF))
			return 0;
		to[i++] = *s >= 'a' && *s <= 'z'? *s-'a'+'A': *s;
	}
	return i > 0 && to[0] != ' ';
}

static int
aliaschar(int c)
{
	if(c >= 'a' && c <= 'z')
		return c-'a'+'A';
	if((c >= 'A' && c <= 'Z') || plain(c))
		return c;
	return '_';
}

/* NAME~1.EXT */
void
aliasname(char *s, uchar *to, int nth)
{
	char num[12], *dot, *p;
	int i, n;

	memset(to, ' ', 11);
	dot = strrchr(s, '.');
	if(dot == s)
		dot = nil;
	if(dot != nil){
		i = 8;
		for(p = dot+1; *p != 0 && i < 11; p++)
			if(*p != ' ' && (*p & 0xC0) != 0x80)
				to[i++] = aliaschar(*p & 0xFF);
	}
	n = snprint(num, sizeof num, "~%d", nth);
	i = 0;
	for(p = s; *p != 0 && p != dot && i < 8-n; p++)
		if(*p != ' ' && *p != '.' && (*p & 0xC0) != 0x80)
			to[i++] = aliaschar(*p & 0xFF);
	memmove(to+i, num, n);
}

static char*
showpart(uchar *p, int n, char *to)
{
	int i, c;

	while(n > 0 && p[n-1] == ' ')
		n--;
	for(i = 0; i < n; i++){
		c = p[i];
		if(c >= 'A' && c <= 'Z')
			c += 'a'-'A';
		if(c < ' ' || c >= 0x7F || c == '/')
			c = '_';
		*to++ = c;
	}
	*to = 0;
	return to;
}

void
showshort(uchar *raw, char *to)
{
	uchar base[8];
	char *e;

	memmove(base, raw, 8);
	if(base[0] == 0x05)
		base[0] = 0xE5;
	e = showpart(base, 8, to);
	if(raw[8] == ' ' && raw[9] == ' ' && raw[10] == ' ')
		return;
	*e++ = '.';
	showpart(raw+8, 3, e);
}

int
shortsum(uchar *p)
{
	int i, sum;

	sum = 0;
	for(i = 0; i < 11; i++)
		sum = (((sum&1)<<7) + (sum>>1) + p[i]) & 0xFF;
	return sum;
}

/* --- long names --- */

int
longunits(char *s, ushort *u)
{
	Rune r;
	int n;

	for(n = 0; *s != 0; ){
		s += chartorune(&r, s);
		if(r < ' ' || r == 0x7F || (r < 0x80 && strchr("\"*/:<>?\\|", r) != nil) || r == Runeerror)
			return -1;
		if(n+2 > Maxlong)
			return -1;
		if(r > 0xFFFF){
			r -= 0x10000;
			u[n++] = 0xD800 | r>>10;
			u[n++] = 0xDC00 | (r & 0x3FF);
		}else
			u[n++] = r;
	}
	/* what others could not name again */
	if(n == 0 || u[n-1] == '.' || u[n-1] == ' ' || u[0] == ' ')
		return -1;
	return n;
}

/* Entry number i (from 1) of a long name of n units. */
void
putlong(uchar *p, ushort *u, int n, int i, int last, int sum)
{
	int j, at, v;

	memset(p, 0, Dirent);
	p[0] = i | (last? 0x40: 0);
	p[11] = Along;
	p[13] = sum;
	for(j = 0; j < Perentry; j++){
		at = (i-1)*Perentry + j;
		v = at < n? u[at]: at == n? 0: 0xFFFF;
		p[place[j]] = v;
		p[place[j]+1] = v>>8;
	}
}

/* Its units go where its number says; the number, or 0: nonsense. */
int
getlong(uchar *p, ushort *u)
{
	int i, j;

	i = p[0] & 0x3F;
	if(i == 0 || i > (Maxlong+Perentry-1)/Perentry)
		return 0;
	for(j = 0; j < Perentry; j++)
		u[(i-1)*Perentry+j] = p[place[j]] | p[place[j]+1]<<8;
	return i;
}

/* 0: not a name that can be shown */
int
unitsname(ushort *u, int n, char *to)
{
	Rune r;
	int i;

	for(i = 0; i < n && u[i] != 0; i++){
		r = u[i];
		if(r >= 0xD800 && r < 0xDC00 && i+1 < n && u[i+1] >= 0xDC00 && u[i+1] < 0xE000)
			r = 0x10000 + ((r & 0x3FF)<<10 | (u[++i] & 0x3FF));
		else if(r >= 0xD800 && r < 0xE000)
			r = Runeerror;
		if(r < ' ' || r == '/')
			return 0;
		to += runetochar(to, &r);
	}
	*to = 0;
	return i > 0;
}

static int
small(int c)
{
	return c >= 'A' && c <= 'Z'? c-'A'+'a': c;
}

/* Capitals do not count. */
int
samename(char *a, char *b)
{
	for(; *a != 0 && small(*a) == small(*b); a++, b++)
		;
	return small(*a) == small(*b);
}

/* --- times: local, from 1980, in steps of two seconds --- */

ulong
dostime(uchar *p)
{
	int t, d;
	long s;
	Tm tm;

	t = p[0] | p[1]<<8;
	d = p[2] | p[3]<<8;
	if(d == 0)
		return 0;
	memset(&tm, 0, sizeof tm);
	tm.sec = (t & 0x1F)*2;
	tm.min = t>>5 & 0x3F;
	tm.hour = t>>11;
	tm.mday = d & 0x1F;
	tm.mon = (d>>5 & 0xF) - 1;
	tm.year = (d>>9) + 80;
	if(tm.mon < 0 || tm.mon > 11 || tm.mday == 0)
		return 0;
	s = tm2sec(&tm);
	tm = *localtime(s);
	return s - tm.tzoff;
}

void
setdostime(uchar *p, ulong t)
{
	int d;
	Tm *tm;

	tm = localtime(t);
	d = tm->year < 80? 1<<5 | 1: (tm->year-80)<<9 | (tm->mon+1)<<5 | tm->mday;
	t = tm->hour<<11 | tm->min<<5 | tm->sec/2;
	p[0] = t;
	p[1] = t>>8;
	p[2] = d;
	p[3] = d>>8;
}
