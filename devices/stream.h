/* SPDX-License-Identifier: MIT */
/*
 * What a console is connected to: a stream of bytes in both directions that
 * never blocks.  The Launcher provides it (terminal, pipe, pty, socket).
 */
#ifndef DEVICES_STREAM_H
#define DEVICES_STREAM_H

#include <stddef.h>
#include <sys/types.h>

struct stream {
	/* How many bytes were taken; 0 = none now; -errno: never again. */
	ssize_t (*write)(struct stream *s, const void *from, size_t len);
	/* How many bytes came; 0 = none now; -errno: no more input. */
	ssize_t (*read)(struct stream *s, void *to, size_t len);
};

#endif
