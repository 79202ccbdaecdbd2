/* SPDX-License-Identifier: MIT */
/*
 * Substitution after a match: & and \0 stand for the whole match, \1 to
 * \9 for its parentheses.  The result is cut to fit and always ends in
 * a zero.  One body serves bytes and runes.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"

#define	SUBSTITUTE(type, start, stop) \
	type *end, *p; \
	int i; \
	if(dlen <= 0) \
		return; \
	end = dp + dlen - 1; \
	for(; *sp != 0; sp++){ \
		i = -1; \
		if(*sp == '&') \
			i = 0; \
		else if(*sp == '\\' && sp[1] != 0){ \
			sp++; \
			if('0' <= *sp && *sp <= '9') \
				i = *sp - '0'; \
		} \
		if(i < 0){ \
			if(dp < end) \
				*dp++ = *sp; \
		}else if(mp != nil && i < ms && mp[i].start != nil) \
			for(p = mp[i].start; p < mp[i].stop && dp < end;) \
				*dp++ = *p++; \
	} \
	*dp = 0

void
regsub(char *sp, char *dp, int dlen, Resub *mp, int ms)
{
	SUBSTITUTE(char, sp, ep);
}

void
rregsub(Rune *sp, Rune *dp, int dlen, Resub *mp, int ms)
{
	SUBSTITUTE(Rune, rsp, rep);
}
