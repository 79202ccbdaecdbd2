/* SPDX-License-Identifier: MIT */
/* ndb/dnsquery - put questions to ndb/dns */
#include "u.h"
#include "libc.h"
#include "../ask.h"

void
main(int argc, char **argv)
{
	char *file;

	file = "/net/dns";
	ARGBEGIN{
	case 'f':
		file = ARGF();
		if(file != nil)
			break;
		/* fall through */
	default:
		fprint(2, "usage: ndb/dnsquery [-f file] [question ...]\n");
		exits("usage");
	}ARGEND
	exits(asktool(file, argc, argv));
}
