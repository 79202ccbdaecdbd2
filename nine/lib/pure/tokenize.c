/* SPDX-License-Identifier: MIT */
/* Splitting a line into words, in place. */
#include "u.h"
#include "lib.h"

/*
 * One word from s, where '...' quotes as in rc.  The quotes are taken out
 * by moving the text down.  Returns what follows the word and its separator.
 */
static char*
qtoken(char *s, char *sep)
{
	char *t;
	int quoting;

	quoting = 0;
	for(t = s; *s && (quoting || utfrune(sep, (uchar)*s) == nil); ){
		if(*s != '\''){
			*t++ = *s++;
			continue;
		}
		s++;
		if(!quoting)
			quoting = 1;
		else if(*s == '\'')
			*t++ = *s++;
		else
			quoting = 0;
	}
	if(*s)
		s++;
	*t = 0;
	return s;
}

/* like qtoken, but the quotes stay */
static char*
etoken(char *s, char *sep)
{
	int quoting;

	quoting = 0;
	for(; *s && (quoting || utfrune(sep, (uchar)*s) == nil); s++)
		if(*s == '\'')
			quoting = !quoting;
	if(*s)
		*s++ = 0;
	return s;
}

static int
split(char *s, char **args, int max, char *sep, char *(*token)(char*, char*))
{
	int n;

	for(n = 0; n < max; n++){
		while(*s && utfrune(sep, (uchar)*s))
			s++;
		if(*s == 0)
			break;
		args[n] = s;
		s = token(s, sep);
	}
	return n;
}

int
tokenize(char *s, char **args, int max)
{
	return split(s, args, max, " \t\r\n", qtoken);
}

int
gettokens(char *s, char **args, int max, char *sep)
{
	return split(s, args, max, sep, etoken);
}

/*
 * Fields separated by any rune of sep; with multi, by any run of them, and
 * leading ones are skipped.  The last of max fields gets all the rest.
 */
int
getfields(char *s, char **args, int max, int multi, char *sep)
{
	int n, nr;
	Rune r;

	if(max <= 0)
		return 0;
	n = 0;
	if(multi)
		while(*s && (nr = chartorune(&r, s)) > 0 && utfrune(sep, r))
			s += nr;
	if(*s == 0 && multi)
		return 0;
	args[n++] = s;
	while(*s){
		nr = chartorune(&r, s);
		if(utfrune(sep, r) == nil){
			s += nr;
			continue;
		}
		if(n >= max)
			break;
		*s = 0;
		s += nr;
		if(multi){
			while(*s && (nr = chartorune(&r, s)) > 0 && utfrune(sep, r))
				s += nr;
			if(*s == 0)
				break;
		}
		args[n++] = s;
	}
	return n;
}
