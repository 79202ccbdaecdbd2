/* SPDX-License-Identifier: MIT */
/* The user's side of the control socket. */
#ifndef LAUNCHER_CLIENT_H
#define LAUNCHER_CLIENT_H

#include "launcher/log.h"
#include "launcher/rundir.h"

/* A connection to the guest of that name, and the request sent.  -errno and a complaint. */
int client_ask(const char *name, const char *request, struct complaint *c);
/*
 * Read up to size - 1 bytes until the end or, if there is one, the first
 * newline; NUL-terminated.  Bytes, or -errno (-EPROTO: an "error TEXT", then
 * *c has the text).
 */
long client_read(int fd, char *to, unsigned long size, int one_line, const char *name,
		 struct complaint *c);

/* The names of the guests that run, sorted: how many, or -errno and a complaint. */
int client_names(char names[][GUEST_NAME_MAX + 1], int max, struct complaint *c);

int ps_command(int argc, char **argv);
int info_command(int argc, char **argv);
int stop_command(int argc, char **argv);
int console_command(int argc, char **argv);

#endif
