/*
 * Addresses as texts.  All are version 4; those written as version 6 are
 * taken if they mean a version 4 address, and :: for none.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

/* one number of a dotted address; nil: bad */
static char*
octet(char *s, ulong *v)
{
	char *p;

	*v = 0;
	for(p = s; *p >= '0' && *p <= '9'; p++){
		*v = *v*10 + *p-'0';
		if(*v > 255)
			return nil;
	}
	return p == s? nil: p;
}

/*
 * Dotted; of fewer than four numbers the last is the last byte, 127.1 is
 * 127.0.0.1, but one alone is the first.  "", "*", "::": none.
 */
int
parseip(char *s, Ip4 *ip)
{
	ulong v;
	int i;

	*ip = 0;
	if(strcmp(s, "") == 0 || strcmp(s, "*") == 0 || strcmp(s, "::") == 0)
		return 0;
	if(cistrncmp(s, "::ffff:", 7) == 0)
		s += 7;
	else if(strcmp(s, "::1") == 0)
		s = "127.0.0.1";
	for(i = 0; i < 4; i++){
		s = octet(s, &v);
		if(s == nil)
			return -1;
		if(*s == 0){
			*ip |= i == 0? v<<24: v;
			return 0;
		}
		*ip |= v << (24-8*i);
		if(*s++ != '.')
			return -1;
	}
	return -1;
}

/* Dotted, or /BITS; from 96 up bits are those of the version 6 form. */
int
parsemask(char *s, Ip4 *mask)
{
	ulong v;

	if(*s != '/'){
		if(parseip(s, mask) < 0)
			return -1;
		return (~*mask & (~*mask+1)) == 0? 0: -1;
	}
	s = octet(s+1, &v);
	if(s == nil || *s != 0 || v > 128)
		return -1;
	if(v >= 96)
		v -= 96;
	else if(v > 32)
		return -1;
	*mask = v == 0? 0: Allones << (32-v);
	return 0;
}

Ip4
classmask(Ip4 a)
{
	if((a>>31) == 0)
		return 0xFF000000;
	if((a>>30) == 2)
		return 0xFFFF0000;
	return 0xFFFFFF00;
}

/* %I */
int
ipfmt(Fmt *f)
{
	char buf[20];
	Ip4 a;

	a = va_arg(f->args, Ip4);
	if(a == 0 && (f->flags & FmtSharp))
		strcpy(buf, "::");
	else
		snprint(buf, sizeof buf, "%lud.%lud.%lud.%lud", a>>24, a>>16&0xFF, a>>8&0xFF, a&0xFF);
	return fmtstrcpy(f, buf);
}

/* %M: a mask, as a prefix of a version 6 address */
int
maskfmt(Fmt *f)
{
	char buf[8];
	Ip4 a;
	int n;

	a = va_arg(f->args, Ip4);
	for(n = 96; a != 0; a <<= 1)
		n++;
	snprint(buf, sizeof buf, "/%d", n);
	return fmtstrcpy(f, buf);
}

void
v4tov6(uchar *p, Ip4 a)
{
	memset(p, 0, 12);
	if(a != 0)
		p[10] = p[11] = 0xFF;
	hnputl(p+12, a);
}

int
v6tov4(uchar *p, Ip4 *a)
{
	static const uchar zero[10];

	*a = nhgetl(p+12);
	if(memcmp(p, zero, 10) != 0)
		return -1;
	if((p[10] != 0xFF || p[11] != 0xFF) && (p[10] | p[11]) != 0)
		return -1;
	return 0;
}
