/* SPDX-License-Identifier: MIT */
/* sed's strings that grow, and the commands that change them: s and y. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/sed.h"

static Space tmp;			/* the new pattern space being made */
static Reprog *lastre;

void
append(Space *sp, char *s, long n)
{
	if(sp->n + n + 1 > sp->max){
		sp->max = 2*(sp->n + n) + 128;
		sp->s = realloc(sp->s, sp->max);
		if(sp->s == nil)
			sysfatal("out of memory");
	}
	memmove(sp->s + sp->n, s, n);
	sp->n += n;
	sp->s[sp->n] = 0;
}

void
assign(Space *sp, char *s, long n)
{
	sp->n = 0;
	append(sp, s, n);
}

void
join(Space *to, Space *from)
{
	append(to, "\n", 1);
	append(to, from->s, from->n);
}

Reprog*
usere(Reprog *re)
{
	if(re == nil)
		re = lastre;
	if(re == nil)
		regerror("First RE may not be null");
	return lastre = re;
}

static void
swap(Space *pat)
{
	Space old;

	old = *pat;
	*pat = tmp;
	tmp = old;
}

static void
expand(char *rhs, Resub *m)
{
	int i;

	for(; *rhs != 0; rhs++){
		i = -1;
		if(*rhs == '&')
			i = 0;
		else if(*rhs == '\\' && rhs[1] != 0){
			rhs++;
			if('0' <= *rhs && *rhs <= '9')
				i = *rhs - '0';
		}
		if(i < 0)
			append(&tmp, rhs, 1);
		else if(m[i].sp != nil && m[i].ep != nil)
			append(&tmp, m[i].sp, m[i].ep - m[i].sp);
	}
}

int
substitute(Cmd *c, Space *pat)
{
	Resub m[Nsub];
	Reprog *re;
	Rune r;
	char *p, *end;
	long count, done;

	re = usere(c->re);
	assign(&tmp, "", 0);
	count = done = 0;
	p = pat->s;
	for(end = nil; p <= pat->s+pat->n; ){
		memset(m, 0, sizeof m);
		m[0].sp = p;
		if(regexec(re, pat->s, m, Nsub) <= 0)
			break;
		append(&tmp, p, m[0].sp - p);
		p = m[0].ep;
		/* nothing, right behind a match, is no match */
		if(m[0].sp != m[0].ep || m[0].sp != end){
			if(++count < c->nth)
				append(&tmp, m[0].sp, p - m[0].sp);
			else{
				expand(c->text, m);
				done = 1;
			}
		}
		end = p;
		if(done && !c->global)
			break;
		if(m[0].sp == m[0].ep){
			if(p >= pat->s+pat->n)
				break;
			p += chartorune(&r, p);
			append(&tmp, end, p - end);
			if(p >= pat->s+pat->n)
				break;
		}
	}
	if(!done)
		return 0;
	append(&tmp, p, pat->s+pat->n - p);
	swap(pat);
	return 1;
}

void
transliterate(Cmd *c, Space *pat)
{
	char buf[UTFmax], *p;
	Rune r, *f;

	assign(&tmp, "", 0);
	for(p = pat->s; p < pat->s+pat->n;){
		p += chartorune(&r, p);
		for(f = c->from; *f != 0 && *f != r; f++)
			;
		if(*f != 0)
			r = c->to[f - c->from];
		append(&tmp, buf, runetochar(buf, &r));
	}
	swap(pat);
}
