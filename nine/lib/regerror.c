/* SPDX-License-Identifier: MIT */
/*
 * What happens on a bad regular expression, unless the program defines
 * its own regerror: hence the file to itself.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"

void
regerror(char *s)
{
	fprint(2, "regerror: %s\n", s);
	exits("regular expression error");
}
