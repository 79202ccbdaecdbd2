/* SPDX-License-Identifier: MIT */
/* Subcommands: argv starts behind the subcommand's name; they return the exit status. */
#ifndef LAUNCHER_RUN_H
#define LAUNCHER_RUN_H

/* Exit statuses besides the guest's own. */
enum {
	STATUS_OK = 0,
	STATUS_TIMEOUT = 124,
	STATUS_FAILED = 125,
	STATUS_SIGNAL = 128, /* + its number */
	STATUS_CRASHED = 134,
};

int run_command(int argc, char **argv);
int preflight_command(int argc, char **argv);
int trace_command(int argc, char **argv);

#endif
