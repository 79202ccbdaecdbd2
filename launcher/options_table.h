/* SPDX-License-Identifier: MIT */
/* The table of options, for who reads the command line by it. */
#ifndef LAUNCHER_OPTIONS_TABLE_H
#define LAUNCHER_OPTIONS_TABLE_H

#include "launcher/options.h"

struct option {
	const char *name;     /* long name without dashes, or NULL */
	char letter;	      /* short name, or 0 */
	const char *argument; /* NULL: takes none */
	const char *usage;
	int (*parse)(struct options *o, const char *value, struct complaint *c);
};

extern const struct option options_table[];
extern const size_t options_count;

#endif
