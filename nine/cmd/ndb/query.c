/* SPDX-License-Identifier: MIT */
/* ndb/query - look into the network database */
#include "u.h"
#include "libc.h"
#include "../ask.h"

static void
usage(void)
{
	fprint(2, "usage: ndb/query [-am] [-f file] [-x net] attr value [rattr ...]\n");
	exits("usage");
}

static void
showall(Ndbtuple *t)
{
	for(; t != nil; t = t->next)
		print("%s=%s%s", t->attr, t->val, t->next != nil? " ": "\n");
}

/* The values of attr in an entry, one or all of them. */
static int
show(Ndbtuple *t, char *attr, int all)
{
	int n;

	for(n = 0; t != nil; t = t->next)
		if(strcmp(t->attr, attr) == 0){
			print("%s\n", t->val);
			n++;
			if(!all)
				break;
		}
	return n;
}

void
main(int argc, char **argv)
{
	Ndbentry *db, *e;
	char *file, *net;
	int all, every, i, n;

	all = every = 0;
	file = nil;
	net = "/net";
	ARGBEGIN{
	case 'a':			/* all entries */
		every = 1;
		break;
	case 'm':			/* all values */
		all = 1;
		break;
	case 'f':
		file = EARGF(usage());
		break;
	case 'x':
		net = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc < 2)
		usage();
	db = file != nil? ndbread(file): ndball(net);
	if(file != nil && db == nil)
		sysfatal("%s: %r", file);
	n = 0;
	for(e = db; (e = ndbmatch(e, argv[0], argv[1])) != nil; e = e->next){
		if(argc == 2){
			showall(e->t);
			n++;
		}
		for(i = 2; i < argc; i++)
			n += show(e->t, argv[i], all);
		if(n > 0 && !every)
			break;
	}
	exits(n > 0? nil: "not found");
}
