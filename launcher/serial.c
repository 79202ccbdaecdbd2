/* SPDX-License-Identifier: MIT */
/*
 * L:470 Serial lines.
 *
 * "lguest run --serial socket=PATH" gives the guest one more console device,
 * which it may use for what it likes: a login, a protocol, a log.  Each line
 * is a console with a back end of its own and a worker, a thread, that serves
 * it: nothing here concerns the loop, and a slow reader holds up only the one
 * line.  The first console is different: it has the early text, the last
 * words and the terminal, and belongs to the loop.
 */
#include "launcher/serial.h"

#include <errno.h>
#include <string.h>

static int serial_wait(struct device *d, struct pollfd *fds)
{
	struct serial *s = d->state;

	return s->backend.kind->poll(&s->backend, console_wants_input(&s->console),
				     console_wants_output(&s->console), fds);
}

/* A back end learns from poll what happened; whoever called us has looked, or not. */
static void look(struct device *d)
{
	struct serial *s = d->state;
	struct pollfd fds[BACKEND_FDS];
	int n = serial_wait(d, fds);

	if (n && poll(fds, (nfds_t)n, 0) > 0)
		s->backend.kind->ready(&s->backend, fds, n);
}

static int serial_work(struct device *d)
{
	struct serial *s = d->state;
	struct console *c = &s->console;
	int more;

	look(d);
	if (s->backend.readable && console_wants_input(c))
		console_fill(c);
	more = console_work(c);
	if (c->out_error && !s->lost) {
		s->lost = 1;
		log_error("--serial %s: %s: what the guest prints there is lost", s->backend.path,
			  strerror(-c->out_error));
	}
	return more;
}

static void serial_reset(struct device *d)
{
	struct serial *s = d->state;

	console_forget(&s->console);
}

static const struct device_kind serial_kind = {
	.type = LG_DEV_CONSOLE,
	.name = "serial line",
	.num_vq = 2,
	.one_irq = 1,
	.reset = serial_reset,
	.work = serial_work,
	.wait = serial_wait,
};

_Static_assert(BACKEND_FDS <= DEVICE_FDS, "a worker waits for all of a back end's descriptors");

int serials_open(struct serial serials[SERIALS_MAX], const struct options *o, struct complaint *c)
{
	unsigned i;

	for (i = 0; i < o->nserials; i++) {
		int err = backend_open(&serials[i].backend, "--serial", o->serials[i], c);

		if (err)
			return err;
		console_init(&serials[i].console, &serials[i].backend.stream);
	}
	return 0;
}

struct device *serial_attach(struct serial *s, struct devices *all)
{
	return console_attach_as(&s->console, all, &serial_kind, s);
}

void serials_close(struct serial serials[SERIALS_MAX])
{
	unsigned i;

	for (i = 0; i < SERIALS_MAX; i++)
		if (serials[i].backend.kind)
			serials[i].backend.kind->close(&serials[i].backend);
}
