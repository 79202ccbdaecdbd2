/* SPDX-License-Identifier: MIT */
/* lguest as its user sees it: a process with three descriptors and a status. */
#ifndef TESTS_UNIT_PROCESS_H
#define TESTS_UNIT_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	int in, out, err;   /* our ends; -1 = closed */
	int terminal;	    /* our end, if it runs on one; else -1 */
	int slave;	    /* kept open to look at its settings */
	char text[1 << 19]; /* standard output so far, NUL-terminated */
	size_t len;
	char errors[16384]; /* standard error so far */
	size_t errors_len;
};

/*
 * Run the program $LGUEST, or out/lguest, with these words, in a process group
 * of its own, with pipes or on a new terminal.  A timeout is the caller's.
 */
void start(struct process *p, const char *const *words);
void start_on_terminal(struct process *p, const char *const *words);
#define START(p, ...)	  start(p, (const char *const[]){ __VA_ARGS__, NULL })
#define START_TTY(p, ...) start_on_terminal(p, (const char *const[]){ __VA_ARGS__, NULL })

void type(struct process *p, const char *text, size_t len);
void close_input(struct process *p);
/* Read until text is in the output (or in errors): 1, or 0 after some seconds. */
int expect(struct process *p, const char *text);
int expect_error(struct process *p, const char *text);
/* Read everything and wait: exit status, -signal, or -1000 if it will not end. */
int finish(struct process *p);
/* Kill it if it still runs and close its terminal. */
void forget(struct process *p);

#endif
