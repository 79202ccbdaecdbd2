/* SPDX-License-Identifier: MIT */
/* chmod - change the mode of files: octal, or [ugo]{+-=}[rwxalt] */
#include "u.h"
#include "libc.h"

enum
{
	All = DMAPPEND|DMEXCL|DMTMP|0777,
};

static void
usage(void)
{
	fprint(2, "usage: chmod 0777 file ... or chmod [who]op[rwxalt] file ...\n");
	exits("usage");
}

static int
bit(int c, ulong *mode)
{
	switch(c){
	case 'r':
		*mode |= 0444;
		return 1;
	case 'w':
		*mode |= 0222;
		return 1;
	case 'x':
		*mode |= 0111;
		return 1;
	case 'a':
		*mode |= DMAPPEND;
		return 1;
	case 'l':
		*mode |= DMEXCL;
		return 1;
	case 't':
		*mode |= DMTMP;
		return 1;
	}
	return 0;
}

static int
who(int c, ulong *mask)
{
	switch(c){
	case 'u':
		*mask |= DMAPPEND|DMEXCL|DMTMP|0700;
		return 1;
	case 'g':
		*mask |= DMAPPEND|DMEXCL|DMTMP|0070;
		return 1;
	case 'o':
		*mask |= DMAPPEND|DMEXCL|DMTMP|0007;
		return 1;
	case 'a':
		*mask |= All;
		return 1;
	}
	return 0;
}

/* new mode = old &~ mask | mode&mask; 0 if p makes no sense */
static int
parse(char *p, ulong *mask, ulong *mode)
{
	char *end;
	ulong bits;
	int op;

	*mask = 0;
	bits = 0;
	if('0' <= *p && *p <= '7'){
		*mode = strtoul(p, &end, 8);
		*mask = 0777;
		return *end == 0 && *mode <= 0777;
	}
	while(who(*p, mask))
		p++;
	if(*mask == 0)
		*mask = All;
	op = *p++;
	if(op == 0 || strchr("+-=", op) == nil)
		return 0;
	while(bit(*p, &bits))
		p++;
	if(*p != 0)
		return 0;
	if(op != '=')
		*mask &= bits;
	*mode = op == '-' ? 0 : bits & *mask;
	return 1;
}

int
main(int argc, char *argv[])
{
	char *status;
	ulong mask, mode;
	Dir *d, nd;

	if(argc < 3)
		usage();
	if(!parse(argv[1], &mask, &mode)){
		fprint(2, "chmod: bad mode: %s\n", argv[1]);
		exits("mode");
	}
	status = nil;
	for(argv += 2; *argv != nil; argv++){
		d = dirstat(*argv);
		if(d == nil){
			fprint(2, "chmod: can't stat %s: %r\n", *argv);
			status = "stat";
			continue;
		}
		nulldir(&nd);
		nd.mode = (d->mode & ~mask) | mode;
		free(d);
		if(dirwstat(*argv, &nd) < 0){
			fprint(2, "chmod: can't wstat %s: %r\n", *argv);
			status = "wstat";
		}
	}
	exits(status);
}
