/* SPDX-License-Identifier: MIT */
/*
 * DNS messages: making questions, and taking apart what somebody sent as an
 * answer, which may be anything.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/ask.h"

enum
{
	Hdr	= 12,
	Maxlabel = 63,
	Maxjump	= 32,			/* compressed names may not lead us about */
	Class	= 1,
};

typedef struct Msg Msg;
struct Msg
{
	uchar	*base;
	uchar	*p;
	uchar	*e;
	int	bad;
};

static struct {
	char	*name;
	int	type;
} types[] =
{
	{ "ip", Ta }, { "a", Ta }, { "ns", Tns }, { "cname", Tcname }, { "soa", Tsoa }, { "ptr", Tptr },
	{ "mx", Tmx }, { "txt", Ttxt }, { "ipv6", Taaaa }, { "aaaa", Taaaa }, { "srv", Tsrv },
	{ "all", Tall }, { "any", Tall },
};

int
dnstype(char *s)
{
	int i;

	for(i = 0; i < nelem(types); i++)
		if(cistrcmp(s, types[i].name) == 0)
			return types[i].type;
	return -1;
}

char*
dnstypename(int t)
{
	int i;

	for(i = 0; i < nelem(types); i++)
		if(types[i].type == t)
			return types[i].name;
	return "?";
}

static uchar*
put16(uchar *p, int v)
{
	p[0] = v>>8;
	p[1] = v;
	return p+2;
}

int
dnsquery(uchar *buf, int size, int id, char *name, int type)
{
	uchar *p;
	char *dot;
	int n;

	if(size < Hdr + (int)strlen(name) + 6 || strlen(name) >= Dnsname)
		return -1;
	memset(buf, 0, Hdr);
	put16(buf, id);
	buf[2] = 1;			/* recursion desired */
	buf[5] = 1;			/* one question */
	p = buf+Hdr;
	while(*name){
		dot = strchr(name, '.');
		n = dot != nil? dot-name: (int)strlen(name);
		if(n == 0 || n > Maxlabel)
			return -1;
		*p++ = n;
		memmove(p, name, n);
		p += n;
		name += n;
		if(*name == '.')
			name++;
	}
	*p++ = 0;
	p = put16(p, type);
	p = put16(p, Class);
	return p-buf;
}

static int
get8(Msg *m)
{
	if(m->p >= m->e){
		m->bad = 1;
		return 0;
	}
	return *m->p++;
}

static int
get16(Msg *m)
{
	int v;

	v = get8(m)<<8;
	return v | get8(m);
}

static ulong
get32(Msg *m)
{
	ulong v;

	v = (ulong)get16(m)<<16;
	return v | get16(m);
}

/* A name, dotted, no dot at its end; buf has Dnsname bytes. */
static void
getname(Msg *m, char *buf)
{
	Msg at;
	int n, jumps, len, i, jumped;

	at = *m;
	len = 0;
	jumps = jumped = 0;
	while((n = get8(&at)) != 0){
		if((n & 0xC0) == 0xC0){
			i = (n & 0x3F)<<8 | get8(&at);
			if(!jumped)
				m->p = at.p;
			jumped = 1;
			if(++jumps > Maxjump || at.base+i >= at.e)
				at.bad = 1;
			else
				at.p = at.base+i;
		}else if((n & 0xC0) != 0 || len+n+2 > Dnsname)
			at.bad = 1;
		else{
			if(len > 0)
				buf[len++] = '.';
			for(; n > 0; n--){
				i = get8(&at);
				buf[len++] = i > ' ' && i < 0x7F && i != '!'? i: '?';
			}
		}
		if(at.bad)
			break;
	}
	if(!jumped)
		m->p = at.p;
	m->bad |= at.bad;
	buf[len] = 0;
}

static char*
ip6text(Msg *m)
{
	char buf[64], *p;
	int i;

	p = buf;
	for(i = 0; i < 8; i++)
		p = seprint(p, buf+sizeof buf, "%s%x", i > 0? ":": "", get16(m));
	return strdup(buf);
}

static char*
txttext(Msg *m, uchar *end)
{
	char buf[512], *p;
	int n, c;

	p = buf;
	while(m->p < end && !m->bad)
		for(n = get8(m); n > 0 && m->p < end; n--){
			c = get8(m);
			if(p < buf+sizeof buf-1)
				*p++ = c >= ' '? c: ' ';
		}
	*p = 0;
	return strdup(buf);
}

/* What an answer says, as text; nil: not of interest. */
static char*
rrtext(Msg *m, int type, uchar *end)
{
	char name[Dnsname];
	int a, b, c;

	switch(type){
	case Ta:
		a = get8(m);
		b = get8(m);
		c = get8(m);
		return smprint("%d.%d.%d.%d", a, b, c, get8(m));
	case Taaaa:
		return ip6text(m);
	case Tns:
	case Tcname:
	case Tptr:
		getname(m, name);
		return strdup(name);
	case Tmx:
		a = get16(m);
		getname(m, name);
		return smprint("%d %s", a, name);
	case Tsrv:
		a = get16(m);
		b = get16(m);
		c = get16(m);
		getname(m, name);
		return smprint("%d %d %d %s", b, a, c, name);
	case Ttxt:
		return txttext(m, end);
	}
	return nil;
}

/* One resource record; nil: not of interest, or m is bad. */
static Dnsrr*
getrr(Msg *m)
{
	char name[Dnsname], *text;
	Dnsrr *r;
	Msg data;
	int type, len;
	ulong ttl;

	getname(m, name);
	type = get16(m);
	get16(m);
	ttl = get32(m);
	len = get16(m);
	if(m->bad || len > m->e - m->p){
		m->bad = 1;
		return nil;
	}
	data = *m;
	m->p += len;
	text = rrtext(&data, type, m->p);
	if(text == nil || data.bad || data.p > m->p){
		free(text);
		return nil;
	}
	r = mallocz(sizeof *r, 1);
	if(r == nil || (r->name = strdup(name)) == nil){
		free(r);
		free(text);
		return nil;
	}
	r->type = type;
	r->ttl = ttl > 7*24*3600? 7*24*3600: ttl;
	r->text = text;
	return r;
}

void
dnsfree(Dnsrr *r)
{
	Dnsrr *n;

	for(; r != nil; r = n){
		n = r->next;
		free(r->name);
		free(r->text);
		free(r);
	}
}

static Dnsrr*
answers(Msg *m, int n)
{
	Dnsrr *first, **l;

	first = nil;
	l = &first;
	for(; n > 0 && !m->bad; n--){
		*l = getrr(m);
		if(*l != nil)
			l = &(*l)->next;
	}
	return first;
}

/* *why nil and no answer: this is not the reply to our question. */
Dnsrr*
dnsreply(uchar *buf, int n, int id, char *name, int type, char **why, int *truncated)
{
	char asked[Dnsname];
	int flags, nq, na;
	Dnsrr *r;
	Msg m;

	*why = nil;
	m.base = m.p = buf;
	m.e = buf+n;
	m.bad = 0;
	if(get16(&m) != id)
		return nil;
	flags = get16(&m);
	nq = get16(&m);
	na = get16(&m);
	get32(&m);
	if(m.bad || (flags & 0x8000) == 0 || nq != 1)
		return nil;
	getname(&m, asked);
	if(m.bad || cistrcmp(asked, name) != 0 || get16(&m) != type || get16(&m) != Class)
		return nil;
	*truncated = (flags & 0x200) != 0;
	if((flags & 0xF) == 3){
		*why = "dns: name does not exist: dns failure";
		return nil;
	}
	if((flags & 0xF) != 0){
		*why = "dns: server failure: dns failure";
		return nil;
	}
	r = answers(&m, na);
	if(r == nil)
		*why = "dns: resource does not exist; negrcode 0";
	return r;
}
