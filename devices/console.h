/* SPDX-License-Identifier: MIT */
/*
 * The console: a virtio device, and the early text of NOTIFY, over a stream.
 */
#ifndef DEVICES_CONSOLE_H
#define DEVICES_CONSOLE_H

#include "devices/device.h"
#include "devices/stream.h"

#define CONSOLE_IN_MAX	4096  /* bytes typed ahead */
#define CONSOLE_OUT_MAX 16384 /* bytes on their way out */

enum { CONSOLE_RX, CONSOLE_TX }; /* its queues */

struct console {
	struct stream *stream;
	struct device *device;
	const struct guest *guest;

	/* Input waiting for the guest to give us buffers: a ring. */
	u8 in[CONSOLE_IN_MAX];
	u32 in_start, in_len;
	int in_eof; /* no more will come */

	/* Output taken from the guest but not yet by the stream. */
	u8 out[CONSOLE_OUT_MAX];
	u32 out_start, out_len;
	int out_error; /* -errno: the stream is broken */

	/* The chain being sent, and how far we are. */
	int sending;
	struct vq_chain chain;
	unsigned piece;
	u32 at; /* offset in that piece */

	struct lg_console_config size; /* of the terminal */

	/* Early text being printed; the guest waits meanwhile. */
	int early;
	u64 early_gpa;
};

extern const struct device_kind console_kind;

void console_init(struct console *c, struct stream *stream);
/* A new guest: forget what the last one left, keep typed-ahead input. */
struct device *console_attach(struct console *c, struct devices *all);
/* The same as a device of another kind, whose state has the console in it. */
struct device *console_attach_as(struct console *c, struct devices *all,
				 const struct device_kind *kind, void *state);
/* The guest's half is over: a reset. */
void console_forget(struct console *c);

/*
 * Do what can be done now in both directions.  1: there is more to do, call
 * again soon; 0: nothing until an event; the work of one call is bounded.
 */
int console_work(struct console *c);

/* Events the console waits for. */
int console_wants_input(const struct console *c);
int console_wants_output(const struct console *c);
/* Is everything the guest has sent out? */
int console_drained(const struct console *c);

/* Read from the stream.  Returns what the stream's read did. */
ssize_t console_fill(struct console *c);
/* Bytes as if they were typed; what does not fit is dropped.  How many fit. */
size_t console_type(struct console *c, const void *from, size_t len);

/* The terminal has this size now; 0: nobody knows. */
void console_resize(struct console *c, unsigned rows, unsigned cols);

/* The guest's next byte of early text; first, let it wait until there is room for it. */
void console_emergency(struct console *c, u8 byte);
int console_emergency_room(const struct console *c);
/* Print the text at gpa; console_early_done says when it is out. */
void console_early(struct console *c, u32 gpa);
int console_early_done(const struct console *c);

#endif
