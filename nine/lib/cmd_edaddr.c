/* SPDX-License-Identifier: MIT */
/* ed's addresses: what stands before a command. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/ed.h"

long addr1, addr2;
int naddr;
char *p;

void
blanks(void)
{
	while(*p == ' ' || *p == '\t')
		p++;
}

static long
search(int delim)
{
	Reprog *re;
	long i, n;

	p++;
	re = pattern(&p, delim);
	for(i = dot, n = 0; n < last; n++){
		i += delim == '/' ? 1 : -1;
		if(i > last)
			i = 1;
		if(i < 1)
			i = last;
		if(regexec(re, lines[i].s, nil, 0))
			return i;
	}
	error("?");
}

static long
marked(int c)
{
	long i;

	for(i = 1; i <= last; i++)
		if(lines[i].mark == c && c != 0)
			return i;
	error("?");
}

/* -1: there is none */
long
address(void)
{
	long a, n;
	int sign;

	blanks();
	a = -1;
	if('0' <= *p && *p <= '9')
		a = strtol(p, &p, 10);
	else if(*p == '.' || *p == '$')
		a = *p++ == '.' ? dot : last;
	else if(*p == '\''){
		p++;
		a = marked(*p);
		p++;
	}else if(*p == '/' || *p == '?')
		a = search(*p);
	for(;;){
		blanks();
		if(*p == '+' || *p == '-' || *p == '^')
			sign = *p++ == '+' ? 1 : -1;
		else if(a >= 0 && '0' <= *p && *p <= '9')
			sign = 1;
		else
			break;
		if(a < 0)
			a = dot;
		n = 1;
		if('0' <= *p && *p <= '9')
			n = strtol(p, &p, 10);
		a += sign*n;
		if(a < 0)
			error("?");
	}
	if(a > last)
		error("?");
	return a;
}

void
addresses(void)
{
	long a;
	int sep;

	naddr = 0;
	addr1 = addr2 = dot;
	for(;;){
		a = address();
		blanks();
		sep = *p;
		if(a >= 0){
			addr1 = naddr ? addr2 : a;
			addr2 = a;
			naddr++;
		}else if(sep == ',' && naddr == 0){
			addr2 = 1;		/* , alone: all lines */
			naddr = 1;
			p++;
			a = address();
			addr1 = 1;
			addr2 = a >= 0 ? a : last;
			naddr = 2;
			if(last == 0)
				addr1 = 0;
			continue;
		}
		if(sep != ',' && sep != ';')
			break;
		p++;
		if(naddr == 0)
			naddr = 1;
		if(sep == ';')
			dot = addr2;
		blanks();
		if(strchr("0123456789.$'/?+-^", *p) == nil || *p == 0){
			addr1 = addr2;
			addr2 = last;
			naddr = 2;
		}
	}
	if(naddr > 2)
		naddr = 2;
	if(addr1 > addr2)
		error("?");
}

void
noaddress(void)
{
	if(naddr > 0)
		error("?");
}

void
needlines(void)
{
	if(addr1 < 1 || addr2 > last)
		error("?");
}

void
alllines(void)
{
	if(naddr == 0){
		addr1 = last > 0;
		addr2 = last;
	}
}
