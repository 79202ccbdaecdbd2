/* SPDX-License-Identifier: MIT */
/*
 * DHCP messages (RFC 2131, 2132): making ours, taking apart a server's.  And
 * addresses as texts, for ip/ipconfig.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/ip/dhcp.h"

enum
{
	Hdr	= 236,			/* bytes before the options */
	Minmsg	= 300,

	Omask	= 1,
	Orouter	= 3,
	Odns	= 6,
	Osys	= 12,
	Odomain	= 15,
	Omtu	= 26,
	Owant	= 50,
	Otime	= 51,
	Okind	= 53,
	Oserver	= 54,
	Olist	= 55,
	Omax	= 57,
	Oclient	= 61,
	Oend	= 255,
};

static uchar cookie[] = { 99, 130, 83, 99 };

int
iszero(uchar *p)
{
	return (p[0] | p[1] | p[2] | p[3]) == 0;
}

static uchar*
option(uchar *p, int o, void *v, int n)
{
	*p++ = o;
	*p++ = n;
	memmove(p, v, n);
	return p+n;
}

static void
put32(uchar *p, uint v)
{
	p[0] = v>>24;
	p[1] = v>>16;
	p[2] = v>>8;
	p[3] = v;
}

int
dhcpmsg(uchar *buf, Lease *l, int kind, int renew)
{
	static uchar want[] = { Omask, Orouter, Odns, Osys, Odomain, Omtu, Otime };
	uchar *p, id[7], k, max[2];
	int n;

	memset(buf, 0, Minmsg);
	buf[0] = 1;			/* request */
	buf[1] = 1;			/* over Ethernet, */
	buf[2] = 6;			/* addresses of 6 bytes */
	put32(buf+4, l->xid);
	if(renew)
		memmove(buf+12, l->ip, 4);
	else
		buf[10] = 0x80;		/* answer by broadcast */
	memmove(buf+28, l->mac, 6);
	memmove(buf+Hdr, cookie, 4);
	p = buf+Hdr+4;
	k = kind;
	p = option(p, Okind, &k, 1);
	id[0] = 1;
	memmove(id+1, l->mac, 6);
	p = option(p, Oclient, id, 7);
	max[0] = Dhcpmax>>8;
	max[1] = Dhcpmax&0xFF;
	p = option(p, Omax, max, 2);
	p = option(p, Olist, want, sizeof want);
	if(kind == Request && !renew){
		p = option(p, Owant, l->ip, 4);
		p = option(p, Oserver, l->server, 4);
	}
	if(l->sys[0])
		p = option(p, Osys, l->sys, strlen(l->sys));
	*p++ = Oend;
	n = p-buf;
	return n < Minmsg? Minmsg: n;
}

/* Printable, and no end of a word for the database. */
static void
gettext(char *to, int size, uchar *p, int n)
{
	int i;

	for(i = 0; i < n && i < size-1 && p[i] > ' ' && p[i] < 0x7F && p[i] != '"' && p[i] != '='; i++)
		to[i] = p[i];
	to[i] = 0;
}

static void
take(Lease *l, int o, uchar *v, int n, int *kind)
{
	int i;

	switch(o){
	case Okind:
		if(n == 1)
			*kind = v[0];
		break;
	case Omask:
		if(n == 4)
			memmove(l->mask, v, 4);
		break;
	case Orouter:
		if(n >= 4)
			memmove(l->gw, v, 4);
		break;
	case Oserver:
		if(n == 4)
			memmove(l->server, v, 4);
		break;
	case Odns:
		for(i = 0; i < nelem(l->dns) && 4*i+4 <= n; i++)
			memmove(l->dns[i], v+4*i, 4);
		l->ndns = i;
		break;
	case Otime:
		if(n == 4)
			l->time = (ulong)v[0]<<24 | v[1]<<16 | v[2]<<8 | v[3];
		break;
	case Omtu:
		if(n == 2)
			l->mtu = v[0]<<8 | v[1];
		break;
	case Odomain:
		gettext(l->domain, sizeof l->domain, v, n);
		break;
	case Osys:
		if(l->sys[0] == 0)
			gettext(l->sys, sizeof l->sys, v, n);
		break;
	}
}

int
dhcpparse(uchar *buf, int n, Lease *l)
{
	uchar *p, *e;
	Lease new;
	int kind;

	if(n < Hdr+4 || buf[0] != 2 || memcmp(buf+28, l->mac, 6) != 0 || memcmp(buf+Hdr, cookie, 4) != 0)
		return -1;
	if(((uint)buf[4]<<24 | buf[5]<<16 | buf[6]<<8 | buf[7]) != l->xid)
		return -1;
	new = *l;
	kind = -1;
	e = buf+n;
	for(p = buf+Hdr+4; p < e && *p != Oend; ){
		if(*p == 0){
			p++;
			continue;
		}
		if(e-p < 2 || p[1] > e-p-2)
			return -1;
		take(&new, p[0], p+2, p[1], &kind);
		p += 2 + p[1];
	}
	if(kind == Offer || kind == Dack)
		memmove(new.ip, buf+16, 4);
	if(kind != Nak && iszero(new.ip))
		return -1;
	*l = new;
	return kind;
}

/* --- addresses as texts --- */

char*
ipdotted(char *buf, uchar *p)
{
	sprint(buf, "%d.%d.%d.%d", p[0], p[1], p[2], p[3]);
	return buf;
}

/* Fewer than four numbers: 127.1 is 127.0.0.1 */
void
ipparse(uchar *ip, char *s)
{
	char *e, *p;
	ulong v[4];
	int n;

	n = 0;
	for(p = s; n < 4; p = e+1){
		v[n++] = strtoul(p, &e, 10);
		if(e == p || v[n-1] > 255)
			sysfatal("bad address %s", s);
		if(*e != '.')
			break;
	}
	if(*e != 0)
		sysfatal("bad address %s", s);
	memset(ip, 0, 4);
	ip[3] = v[n-1];
	while(--n > 0)
		ip[n-1] = v[n-1];
}

void
ipparsemask(uchar *mask, char *s)
{
	int n, i;

	if(*s != '/'){
		ipparse(mask, s);
		return;
	}
	n = atoi(s+1);
	if(n >= 96)
		n -= 96;
	for(i = 0; i < 4; i++, n -= 8)
		mask[i] = n >= 8? 255: n <= 0? 0: 0xFF << (8-n);
}

void
ipclassmask(Lease *l)
{
	int n;

	n = l->ip[0] < 128? 1: l->ip[0] < 192? 2: 3;
	memset(l->mask, 0, 4);
	memset(l->mask, 255, n);
}
