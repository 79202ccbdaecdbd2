/* SPDX-License-Identifier: MIT */
/* Names of files as text: nothing is looked up. */
#include "u.h"
#include "lib.h"

static int
iselem(char *s, char *elem, int n)
{
	return strncmp(s, elem, n) == 0 && (s[n] == '/' || s[n] == 0);
}

/* is ".." the last element of [base, t)? */
static int
endsdotdot(char *base, char *t)
{
	return t-base >= 2 && t[-1] == '.' && t[-2] == '.' && (t-2 == base || t[-3] == '/');
}

/*
 * Rewrite a name lexically, in place: no "//", no ".", no "x/..".  A name
 * of a device ("#c/../x") keeps its first element.  The result is never
 * longer, but "" becomes "." (so there must be room for two bytes).
 */
char*
cleanname(char *name)
{
	char *s, *t, *base;
	int rooted;

	base = name;
	if(*name == '#'){
		if(*++base)
			base++;		/* the device; in "#/" it is / */
		while(*base && *base != '/')
			base++;
	}
	rooted = *base == '/';
	if(rooted)
		base++;
	s = t = base;
	while(*s){
		if(*s == '/'){
			s++;
		}else if(iselem(s, ".", 1)){
			s++;
		}else if(iselem(s, "..", 2)){
			s += 2;
			if(t > base && !endsdotdot(base, t)){
				while(--t > base && *t != '/')
					;
			}else if(!rooted && base == name){
				if(t > base)
					*t++ = '/';
				*t++ = '.';
				*t++ = '.';
			}
		}else{
			if(t > base)
				*t++ = '/';
			while(*s && *s != '/')
				*t++ = *s++;
		}
	}
	*t = 0;
	if(*name == 0){
		name[0] = '.';
		name[1] = 0;
	}
	if(rooted && t == base && base-1 > name)
		base[-1] = 0;		/* "#c/" is "#c" */
	return name;
}
