/* SPDX-License-Identifier: MIT */
/*
 * D:605 A share's server at its queue.
 *
 * The process has two masters: the Launcher, who says by the socket whose
 * queue to serve and when to let go of it, and the guest's driver.  A chain
 * holds a message to read and room for the reply.  The message is copied, so
 * that it stays what was checked; the reply is written straight into the
 * guest's memory where its room is in one piece.  A chain that comes back with
 * nothing written means that the message made no sense.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/9p_wire.h"
#include "devices/device_impl.h"
#include "devices/worker.h"

#define BATCH	   64 /* requests between two looks at the rest of the world */
#define PATIENCE   16 /* rounds between two looks at the socket */
#define ROOM_LEAST 7  /* bytes: nothing shorter is a reply */

struct slot {
	struct share_request request; /* first */
	struct service *service;
	struct slot *next; /* among those that are free */
	int busy;
	u8 *bounce; /* the reply is here; NULL: in the guest's memory */
	struct vq_chain chain;
};

struct service {
	const struct share_ops *ops;
	void *server;
	int sock;
	struct guest guest;
	struct device device;
	struct device_kind kind;
	struct worker_spin spin;
	unsigned rounds;
	int told; /* that the queue broke */
	struct slot *free;
	struct slot slots[SHARE_REQUESTS];
	u8 *messages, *replies; /* P9_MSIZE for each slot; untouched pages cost nothing */
};

/* --- Requests --------------------------------------------------------------------- */

static void give_back(struct slot *s, u32 len)
{
	struct service *sv = s->service;
	struct virtqueue *vq = &sv->device.vq[0];
	const struct vq_chain *c = &s->chain;

	if (len > s->request.room)
		len = 0;
	if (s->bounce && len &&
	    vq_copy_to(&sv->guest, c->pieces + c->nread, c->nwrite, 0, s->bounce, len)) {
		vq_break(vq, "buffer for a reply is not memory");
		len = 0;
	}
	vq_put(vq, c->head, len);
	vq_announce(vq);
	s->busy = 0;
	s->next = sv->free;
	sv->free = s;
}

void share_reply(struct share_request *q, u32 len)
{
	struct slot *s = (struct slot *)q;

	if (s->busy)
		give_back(s, len);
}

/* Where the reply goes: straight to the guest if that is one piece. */
static void find_room(struct service *sv, struct slot *s)
{
	const struct vq_chain *c = &s->chain;
	u64 room = vq_bytes(c->pieces + c->nread, c->nwrite);
	struct iovec iov;

	s->request.room = room < P9_MSIZE ? (u32)room : P9_MSIZE;
	s->bounce = NULL;
	if (vq_iov(&sv->guest, c->pieces + c->nread, c->nwrite, 0, s->request.room, &iov, 1) == 1) {
		s->request.r = iov.iov_base;
		return;
	}
	s->bounce = sv->replies + (size_t)(s - sv->slots) * P9_MSIZE;
	s->request.r = s->bounce;
}

static void serve(struct service *sv, struct slot *s)
{
	struct vq_chain *c = &s->chain;
	u64 len = vq_bytes(c->pieces, c->nread);
	u8 *t = sv->messages + (size_t)(s - sv->slots) * P9_MSIZE;
	u32 n;

	s->busy = 1;
	s->bounce = NULL;
	s->request = (struct share_request){ .t = t, .len = (u32)len, .id = (u32)(s - sv->slots) };
	if (!len || len > P9_MSIZE || !c->nwrite ||
	    vq_copy_from(&sv->guest, c->pieces, c->nread, 0, t, (size_t)len)) {
		give_back(s, 0);
		return;
	}
	find_room(sv, s);
	n = s->request.room < ROOM_LEAST ? 0 : sv->ops->serve(sv->server, &s->request);
	if (n != SHARE_LATER)
		give_back(s, n);
}

static int work(struct device *d)
{
	struct service *sv = d->state;
	int n;

	for (n = 0; n < BATCH && sv->free; n++) {
		struct slot *s = sv->free;

		if (vq_get(&d->vq[0], &s->chain) <= 0)
			break;
		sv->free = s->next;
		serve(sv, s);
	}
	return n == BATCH;
}

static int wait_for(struct device *d, struct pollfd *fds)
{
	struct service *sv = d->state;

	return sv->ops->wait ? sv->ops->wait(sv->server, fds) : 0;
}

static void ready(struct device *d, const struct pollfd *fds, int n)
{
	struct service *sv = d->state;

	if (sv->ops->ready)
		sv->ops->ready(sv->server, fds, n);
}

/* --- D:607 Orders -------------------------------------------------------------------- */

static void say(struct service *sv, const struct share_packet *p)
{
	if (share_send(sv->sock, p, NULL, 0) < 0)
		_exit(0); /* the Launcher is gone */
}

static void say_broken(struct service *sv)
{
	struct share_packet p = { .word = SHARE_BROKEN };

	sv->told = 1;
	memcpy(p.u.text, sv->device.vq[0].broken, sizeof(p.u.text));
	say(sv, &p);
}

/* An order waits, or the Launcher is gone?  Not asked every time: it is a system call. */
static int must_stop(void *arg)
{
	struct service *sv = arg;
	struct pollfd p = { sv->sock, POLLIN, 0 };

	if (sv->device.broken && !sv->told)
		say_broken(sv);
	if (sv->rounds++ % PATIENCE && !sv->device.broken)
		return 0;
	return poll(&p, 1, 0) > 0;
}

static void free_all(struct service *sv)
{
	unsigned i;

	sv->free = NULL;
	for (i = SHARE_REQUESTS; i-- > 0;) {
		struct slot *s = &sv->slots[i];

		s->service = sv;
		s->busy = 0;
		s->next = sv->free;
		sv->free = s;
	}
}

static void nothing(struct device *d)
{
	(void)d;
}

/* Over PCI only the Launcher talks to the driver: it hears from us that the queue broke. */
static const struct device_transport remote = { .needs_reset = nothing };

/* The ring of a queue over PCI: 0, or the guest's memory is not what it was. */
static int place(struct virtqueue *vq, const struct share_packet *p)
{
	const char *what;

	vq->isr = vq->guest->memory(vq->guest->handle, p->isr, sizeof(*vq->isr));
	return vq->isr && p->num && p->num <= LG_VRING_NUM ?
		       vq_place(vq, (u16)p->num, &p->at, &what) :
		       -EINVAL;
}

struct device *service_device(struct service *sv, const struct guest *g,
			      const struct share_packet *p)
{
	struct device *d = &sv->device;
	struct virtqueue *vq = &d->vq[0];

	sv->guest = *g;
	sv->told = 0;
	*d = (struct device){ .kind = &sv->kind,
			      .transport = p->desc ? &device_page : &remote,
			      .guest = &sv->guest,
			      .state = sv,
			      .desc = p->desc,
			      .features = p->features,
			      .started = 1,
			      .doorbell = p->doorbell };
	*vq = (struct virtqueue){ .guest = &sv->guest,
				  .name = sv->kind.name,
				  .num = LG_VRING_NUM,
				  .irq = (u16)p->irq,
				  .pfn = p->pfn };
	if (p->desc ? vq_init(vq) : place(vq, p))
		return NULL;
	vq->features = p->features & (LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX);
	return d;
}

void service_forget(struct service *sv)
{
	if (sv->ops->reset)
		sv->ops->reset(sv->server);
	free_all(sv);
}

static void go(struct service *sv, const struct share_packet *p, const struct guest_parcel *parcel,
	       guest_unpack *unpack, guest_drop *drop)
{
	struct guest g = { 0 };
	struct device *d;

	if (unpack(&g, parcel))
		return;
	d = service_device(sv, &g, p);
	if (d)
		worker_serve(d, &sv->spin, sv->sock, must_stop, sv);
	service_forget(sv);
	drop(&sv->guest);
}

static void obey(struct service *sv, guest_unpack *unpack, guest_drop *drop)
{
	struct guest_parcel parcel;
	struct share_packet p;

	if (share_receive(sv->sock, &p, parcel.fds, &parcel.nfds, 0) != sizeof(p))
		_exit(0);
	parcel.len = p.len;
	memcpy(parcel.data, p.u.data, sizeof(parcel.data));
	if (p.word == SHARE_GO)
		go(sv, &p, &parcel, unpack, drop);
	else
		say(sv, &p); /* whatever we did is over */
}

static u8 *make_buffers(void)
{
	void *p = mmap(NULL, (size_t)SHARE_REQUESTS * P9_MSIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		_exit(1);
	return p;
}

struct service *service_new(int sock, const struct share_ops *ops, void *server)
{
	struct service *sv = calloc(1, sizeof(*sv));

	if (!sv)
		_exit(1);
	sv->ops = ops;
	sv->server = server;
	sv->sock = sock;
	sv->messages = make_buffers();
	sv->replies = make_buffers();
	sv->kind = (struct device_kind){ .type = LG_DEV_9P,
					 .name = "9p",
					 .num_vq = 1,
					 .work = work,
					 .wait = wait_for,
					 .ready = ready };
	worker_spin_init(&sv->spin, 2);
	free_all(sv);
	return sv;
}

void share_service(int sock, const struct share_ops *ops, void *server, guest_unpack *unpack,
		   guest_drop *drop)
{
	struct service *sv = service_new(sock, ops, server);

	for (;;)
		obey(sv, unpack, drop);
}
