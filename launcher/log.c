/* SPDX-License-Identifier: MIT */
/*
 * Messages to the user: see log.h.  Owns the level set by -q and -v and
 * nothing else; may be called from anywhere in the Launcher.
 */
#include "launcher/log.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level level = LOG_NORMAL;

void log_set_level(enum log_level wanted)
{
	level = wanted;
}

/* One write per line, so that lines of several processes do not mix. */
static void say(const char *prefix, const char *fmt, va_list ap)
{
	char line[1024];
	int n;

	n = vsnprintf(line, sizeof(line), fmt, ap);
	if (n < 0)
		return;
	fprintf(stderr, "lguest: %s%s\n", prefix, line);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say("warning: ", fmt, ap);
	va_end(ap);
}

void log_note(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void log_guest_text(const char *text, size_t max)
{
	size_t i;

	for (i = 0; i < max && text[i]; i++) {
		unsigned char c = (unsigned char)text[i];

		/* Bytes from 0xa0 on are UTF-8; 0x80-0x9f alone may be controls. */
		putc((c < 0x20 && c != '\t') || c == 0x7f ? '?' : c, stderr);
	}
	if (i && text[i - 1] != '\n')
		putc('\n', stderr);
}

int complain(struct complaint *c, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, ap);
	va_end(ap);
	return err;
}
