/* SPDX-License-Identifier: MIT */
/*
 * D:210 The console.
 *
 * Queue 0 brings what is typed to the guest, queue 1 what it prints to the
 * user.  Nothing here blocks and nothing is without bound: output the stream
 * does not take stays in the guest's own buffers (it gets them back when they
 * are out), input the guest does not take stays with whoever sends it.
 */
#include "devices/console.h"

#include <errno.h>
#include <string.h>

/* Bytes sent in one go, so that a guest that prints for ever cannot hold us. */
#define WORK_MAX (256u << 10)
#define CHAIN_COST 64

void console_init(struct console *c, struct stream *stream)
{
	memset(c, 0, sizeof(*c));
	c->stream = stream;
}

void console_forget(struct console *c)
{
	c->sending = 0;
	c->early = 0;
}

struct device *console_attach(struct console *c, struct devices *all)
{
	return console_attach_as(c, all, &console_kind, c);
}

struct device *console_attach_as(struct console *c, struct devices *all,
				 const struct device_kind *kind, void *state)
{
	console_forget(c);
	c->guest = all->guest;
	c->device = devices_add(all, kind, state, &c->size);
	return c->device;
}

static u16 small(unsigned n)
{
	return (u16)(n < UINT16_MAX ? n : UINT16_MAX);
}

void console_resize(struct console *c, unsigned rows, unsigned cols)
{
	c->size = (struct lg_console_config){ small(cols), small(rows) };
	if (c->device && c->device->kind == &console_kind)
		device_set_config(c->device, &c->size);
}

/* --- D:220 Output ------------------------------------------------------- */

/* Push what we hold into the stream.  1: all of it went. */
static int flush(struct console *c)
{
	while (c->out_len && !c->out_error) {
		ssize_t n = c->stream->write(c->stream, c->out + c->out_start, c->out_len);

		if (n < 0)
			c->out_error = (int)n;
		if (n <= 0)
			return 0;
		c->out_start += (u32)n;
		c->out_len -= (u32)n;
	}
	c->out_start = 0;
	return !c->out_error;
}

static void finish_chain(struct console *c)
{
	c->sending = 0;
	vq_put(&c->device->vq[CONSOLE_TX], c->chain.head, 0);
}

/* The next bytes of the chain into our buffer, which is empty. */
static int take_output(struct console *c)
{
	const struct vq_piece *p = &c->chain.pieces[c->piece];
	u32 len = p->len - c->at;

	if (len > sizeof(c->out))
		len = sizeof(c->out);
	if (c->guest->peek(c->guest->handle, p->gpa + c->at, c->out, len)) {
		vq_break(&c->device->vq[CONSOLE_TX], "buffer 0x%llx+0x%x cannot be read",
			 (unsigned long long)p->gpa, p->len);
		c->sending = 0;
		return -EFAULT;
	}
	c->out_len = len;
	c->at += len;
	if (c->at == p->len) {
		c->at = 0;
		c->piece++;
	}
	return (int)len;
}

/* Begin with the next chain.  1, 0 = there is none, < 0 = the queue is broken. */
static int next_chain(struct console *c)
{
	int ret = vq_get(&c->device->vq[CONSOLE_TX], &c->chain);

	if (ret <= 0)
		return ret;
	if (c->chain.nwrite) {
		return vq_break(&c->device->vq[CONSOLE_TX],
				"buffer to write into in the output queue");
	}
	c->sending = 1;
	c->piece = 0;
	c->at = 0;
	return 1;
}

/* The next bytes of an early text, which ends with a NUL or with memory. */
static int take_early(struct console *c)
{
	u64 end = c->guest->ram_bytes;
	u32 len = sizeof(c->out);
	const u8 *nul;

	if (len > end - c->early_gpa)
		len = (u32)(end - c->early_gpa);
	if (!len || c->guest->peek(c->guest->handle, c->early_gpa, c->out, len)) {
		c->early = 0;
		return 0;
	}
	nul = memchr(c->out, 0, len);
	if (nul) {
		len = (u32)(nul - c->out);
		c->early = 0;
	}
	c->early_gpa += len;
	c->out_len = len;
	return (int)len;
}

/*
 * One step of output: how many bytes were moved (a finished chain counts too,
 * for it may have been long and empty), 0 = idle, < 0 = trouble.
 */
static int send_some(struct console *c)
{
	int ret;

	if (c->early)
		return take_early(c);
	if (!c->device->started)
		return 0;
	if (!c->sending) {
		ret = next_chain(c);
		if (ret <= 0)
			return ret;
	}
	if (c->piece < c->chain.nread)
		return take_output(c);
	finish_chain(c);
	return CHAIN_COST;
}

static int work_output(struct console *c)
{
	u32 done = 0;
	int n = 0;

	while (done < WORK_MAX && flush(c)) {
		n = send_some(c);
		if (n <= 0)
			break;
		done += (u32)n;
	}
	vq_announce(&c->device->vq[CONSOLE_TX]);
	return done >= WORK_MAX;
}

void console_early(struct console *c, u32 gpa)
{
	c->early = 1;
	c->early_gpa = gpa;
}

/*
 * D:225 A byte at a time, for early text of a guest over PCI.  It goes behind
 * what is on its way out; the guest waits only when there is no room for more.
 */
void console_emergency(struct console *c, u8 byte)
{
	if (c->out_start + c->out_len == sizeof(c->out)) {
		memmove(c->out, c->out + c->out_start, c->out_len);
		c->out_start = 0;
	}
	if (c->out_len < sizeof(c->out))
		c->out[c->out_start + c->out_len++] = byte;
}

int console_emergency_room(const struct console *c)
{
	return c->out_len < sizeof(c->out) || c->out_error;
}

int console_early_done(const struct console *c)
{
	return !c->early && !c->out_len;
}

int console_wants_output(const struct console *c)
{
	return c->out_len && !c->out_error;
}

int console_drained(const struct console *c)
{
	return c->out_error || (!c->out_len && !c->early && !c->sending);
}

/* --- D:230 Input -------------------------------------------------------- */

int console_wants_input(const struct console *c)
{
	return !c->in_eof && c->in_len < sizeof(c->in);
}

size_t console_type(struct console *c, const void *from, size_t len)
{
	const u8 *p = from;
	size_t i;

	for (i = 0; i < len && c->in_len < sizeof(c->in); i++)
		c->in[(c->in_start + c->in_len++) % sizeof(c->in)] = p[i];
	return i;
}

ssize_t console_fill(struct console *c)
{
	u8 buf[1024];
	u32 room = (u32)sizeof(c->in) - c->in_len;
	ssize_t n = c->stream->read(c->stream, buf, room < sizeof(buf) ? room : sizeof(buf));

	if (n < 0)
		c->in_eof = 1;
	else
		console_type(c, buf, (size_t)n);
	return n;
}

/* Fill one piece from the ring of input.  Bytes written. */
static u32 give_piece(struct console *c, const struct vq_piece *p)
{
	u32 len = p->len < c->in_len ? p->len : c->in_len, n = 0;
	u8 *to = c->guest->memory(c->guest->handle, p->gpa, len);

	while (to && n < len) {
		to[n++] = c->in[c->in_start];
		c->in_start = (c->in_start + 1) % (u32)sizeof(c->in);
		c->in_len--;
	}
	return n;
}

static int give_chain(struct console *c, struct virtqueue *vq)
{
	struct vq_chain chain;
	u32 len = 0;
	unsigned i;

	if (vq_get(vq, &chain) <= 0)
		return 0;
	if (chain.nread || !chain.nwrite) {
		vq_break(vq, "buffer in the input queue that cannot be written");
		return 0;
	}
	for (i = 0; i < chain.nwrite; i++)
		len += give_piece(c, &chain.pieces[i]);
	vq_put(vq, chain.head, len);
	return 1;
}

static void work_input(struct console *c)
{
	struct virtqueue *vq = &c->device->vq[CONSOLE_RX];

	if (!c->device->started)
		return;
	while (c->in_len && vq_ready(vq))
		if (!give_chain(c, vq))
			break;
	vq_announce(vq);
}

int console_work(struct console *c)
{
	int more;

	if (!c->device)
		return 0;
	work_input(c);
	more = work_output(c);
	device_check(c->device);
	return more;
}

/* --- The table entry ------------------------------------------------------ */

static void console_kick(struct device *d, unsigned queue)
{
	(void)queue;
	console_work(d->state);
}

/* Of virtio's: cols, rows, number of ports, and the register for early text. */
#define EMERG_WR 8

static void console_config_written(struct device *d, u32 offset, u32 len, u32 value)
{
	(void)len;
	if (offset == EMERG_WR)
		console_emergency(d->state, (u8)value);
}

static void console_reset(struct device *d)
{
	console_forget(d->state);
}

const struct device_kind console_kind = {
	.type = LG_DEV_CONSOLE,
	.name = "console",
	.num_vq = 2,
	.features = LG_CONSOLE_F_SIZE,
	.config_len = sizeof(struct lg_console_config),
	.pci_features = LG_CONSOLE_F_EMERG_WRITE,
	.pci_config_len = EMERG_WR + 4,
	.config_written = console_config_written,
	.kick = console_kick,
	.reset = console_reset,
};
