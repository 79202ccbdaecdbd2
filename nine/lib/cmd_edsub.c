/* SPDX-License-Identifier: MIT */
/* ed's patterns, and the s command. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/ed.h"

enum
{
	Nsub	= 10,
};

static Reprog *lastre;
static char *right;			/* of the last s, still with its & and \1 */

/* up to the delimiter or the end of the line; \ protects it */
static char*
delimited(char **p, int delim)
{
	char *s, *t, *o;

	s = *p;
	for(t = s; *t != 0 && *t != delim; t++)
		if(*t == '\\' && t[1] != 0)
			t++;
	o = copyof(s, t-s);
	*p = *t == delim && delim != 0 ? t+1 : t;
	return o;
}

/* \/ becomes /, other escapes are the expression's own */
static void
unescape(char *s, int delim)
{
	char *o;

	for(o = s; *s != 0; ){
		if(*s == '\\' && s[1] == delim)
			s++;
		else if(*s == '\\' && s[1] != 0)
			*o++ = *s++;
		*o++ = *s++;
	}
	*o = 0;
}

Reprog*
pattern(char **p, int delim)
{
	Reprog *re;
	char *s;

	s = delimited(p, delim);
	if(*s == 0){
		free(s);
		if(lastre == nil)
			error("?");
		return lastre;
	}
	unescape(s, delim);
	re = regcomp(s);
	free(s);
	if(re == nil)
		error("?");
	if(lastre != nil)
		regfree(lastre);
	lastre = re;
	return re;
}

static void
add(char **to, long *n, char *s, long len)
{
	char *t;

	t = realloc(*to, *n + len + 1);
	if(t == nil)
		error("?");
	memmove(t + *n, s, len);
	*n += len;
	t[*n] = 0;
	*to = t;
}

static void
addright(char **to, long *n, Resub *m)
{
	char *s;
	int i;

	for(s = right; *s != 0; s++){
		i = -1;
		if(*s == '&')
			i = 0;
		else if(*s == '\\' && '0' <= s[1] && s[1] <= '9')
			i = *++s - '0';
		else if(*s == '\\' && s[1] != 0)
			s++;
		if(i < 0)
			add(to, n, s, 1);
		else if(m[i].sp != nil)
			add(to, n, m[i].sp, m[i].ep - m[i].sp);
	}
}

/* the line after substitution, nil: no match */
static char*
subline(Reprog *re, char *line, int global, int nth)
{
	Resub m[Nsub];
	char *out, *s, *end;
	long n;
	int count, done;

	out = end = nil;
	n = count = done = 0;
	for(s = line; !done || global; s = m[0].ep){
		memset(m, 0, sizeof m);
		m[0].sp = s;
		if(!regexec(re, line, m, Nsub))
			break;
		add(&out, &n, s, m[0].sp - s);
		/* nothing, right behind a match, is no match */
		if(m[0].sp != m[0].ep || m[0].sp != end){
			if(++count < nth)
				add(&out, &n, m[0].sp, m[0].ep - m[0].sp);
			else{
				addright(&out, &n, m);
				done = 1;
			}
		}
		end = m[0].ep;
		if(m[0].sp == m[0].ep){
			if(*end == 0){
				s = end;
				break;
			}
			add(&out, &n, m[0].ep++, 1);
		}
	}
	if(!done){
		free(out);
		return nil;
	}
	add(&out, &n, s, strlen(s));
	return out;
}

/* newlines in the text make lines of their own; returns the last */
static long
store(long i, char *s)
{
	char *e;

	e = strchr(s, '\n');
	replaceline(i, copyof(s, e != nil ? e-s : (long)strlen(s)));
	while(e != nil){
		s = e+1;
		e = strchr(s, '\n');
		insertline(i++, copyof(s, e != nil ? e-s : (long)strlen(s)));
	}
	return i;
}

static void
newright(char **p, int delim)
{
	char *s;

	s = delimited(p, delim);
	unescape(s, delim);
	free(right);
	right = s;
}

/* s/re/new/gpnum: *show is the letter to print with */
void
substitutelines(long a, long b, char **p, int *show)
{
	Reprog *re;
	char *s;
	long n, to;
	int delim, global, nth, closed, any;

	nth = 1;
	if('1' <= **p && **p <= '9')
		nth = strtol(*p, p, 10);
	delim = **p;
	if(delim == 0 || delim == ' ')
		error("?");
	(*p)++;
	re = pattern(p, delim);
	closed = (*p)[-1] == delim;
	if(!closed)
		error("?");
	newright(p, delim);
	closed = (*p)[-1] == delim && right != nil;
	if(!closed)
		*show = 'p';
	global = 0;
	for(; **p == 'g' || ('1' <= **p && **p <= '9'); (*p)++)
		if(**p == 'g')
			global = 1;
		else
			nth = strtol(*p, p, 10), (*p)--;
	any = 0;
	for(; a <= b; a++){
		s = subline(re, lines[a].s, global, nth);
		if(s == nil)
			continue;
		any = 1;
		n = last;
		to = store(a, s);
		free(s);
		b += last - n;
		a = to;
		dot = to;
	}
	if(!any)
		error("?");
}
