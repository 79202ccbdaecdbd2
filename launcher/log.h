/* SPDX-License-Identifier: MIT */
/*
 * Messages.  All of them go to stderr, each is one line that starts with
 * "lguest: " and says what happened, why, and what to do.
 */
#ifndef LAUNCHER_LOG_H
#define LAUNCHER_LOG_H

#include <stddef.h>

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

void log_set_level(enum log_level level);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* not with -q */
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* not with -q */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* only with -v */

/* Text from a guest: controls replaced, so that it cannot drive the terminal. */
void log_guest_text(const char *text, size_t max);

/*
 * Why something was refused.  Functions fill one and return -errno; the
 * caller prints it or, in tests, looks at it.
 */
struct complaint {
	char text[768];
};

/* Write the text and return err, a negative errno. */
int complain(struct complaint *c, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
