/* SPDX-License-Identifier: MIT */
/*
 * L:120 lguest preflight: what does this machine have of what we need?
 */
#include <stdio.h>

#include "host/host.h"
#include "launcher/log.h"
#include "launcher/run.h"
#include "launcher/sandbox.h"

#define CHECKS_MAX 48

static void print_check(const struct lg_check *c)
{
	static const char *const verdict[] = { "MISSING", "missing", "found" };
	int ok = c->ok < 0 ? -1 : c->ok > 0;

	printf("%-24s %-8s %s\n", c->name, verdict[ok + 1], c->found);
	if (c->means && ok < 1)
		printf("%-24s   means: %s\n", "", c->means);
	if (c->fix && ok < 1)
		printf("%-24s   fix:   %s\n", "", c->fix);
}

int preflight_command(int argc, char **argv)
{
	struct lg_check checks[CHECKS_MAX];
	int i, n, needed = 0, optional = 0;

	if (argc) {
		log_error("preflight takes no arguments, not %s: lguest preflight", argv[0]);
		return STATUS_FAILED;
	}
	n = lg_preflight(checks, CHECKS_MAX);
	n += sandbox_checks(checks + n, CHECKS_MAX - n);
	for (i = 0; i < n; i++) {
		print_check(&checks[i]);
		needed += checks[i].ok < 0;
		optional += checks[i].ok == 0;
	}
	if (needed)
		printf("\nlguest cannot run here: %d MISSING\n", needed);
	else if (optional)
		printf("\nlguest runs here; %d optional missing\n", optional);
	else
		printf("\nlguest runs here\n");
	return needed ? STATUS_FAILED : STATUS_OK;
}
