/* SPDX-License-Identifier: MIT */
/* ndb/csquery - put questions to ndb/cs */
#include "u.h"
#include "libc.h"
#include "../ask.h"

void
main(int argc, char **argv)
{
	char *file;

	file = "/net/cs";
	ARGBEGIN{
	case 'f':
		file = ARGF();
		if(file != nil)
			break;
		/* fall through */
	default:
		fprint(2, "usage: ndb/csquery [-f file] [question ...]\n");
		exits("usage");
	}ARGEND
	exits(asktool(file, argc, argv));
}
