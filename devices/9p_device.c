/* SPDX-License-Identifier: MIT */
/*
 * D:630 The virtio 9P device, as the Launcher sees it.
 *
 * One queue, which the share's process serves (9p_service.c); here it is only
 * told when to begin, with the guest's descriptors, and when to let go.  The
 * configuration is the tag: its length in two bytes, and its text.  When the
 * process is gone the device is broken, and stays so after a reset.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/9p_wire.h"

#define MOUNT_TAG 1u /* feature bit 0: there is a tag */

static void lose_server(struct share *sh)
{
	char why[96];

	if (sh->fd < 0)
		return;
	close(sh->fd);
	sh->fd = -1;
	sh->going = 0;
	snprintf(why, sizeof(why), "the server of share %s ended", sh->tag);
	if (sh->device->started)
		device_break(sh->device, why);
	device_paused(sh->device);
}

static void order(struct share *sh, struct share_packet *p, const struct guest_parcel *parcel)
{
	p->order = ++sh->order;
	if (share_send(sh->fd, p, parcel ? parcel->fds : NULL, parcel ? parcel->nfds : 0) < 0)
		lose_server(sh);
}

static void go(struct device *d)
{
	struct share *sh = d->state;
	struct guest_parcel parcel = { 0 };
	struct share_packet p = { .word = SHARE_GO,
				  .desc = d->desc,
				  .pfn = d->vq[0].pfn,
				  .irq = d->vq[0].irq,
				  .doorbell = d->doorbell,
				  .features = d->features };

	if (sh->fd < 0) {
		device_break(d, "its server ended");
		return;
	}
	if (d->modern) {
		p.desc = 0;
		p.num = d->pci.queue[0].enabled ? d->pci.queue[0].num : 0;
		p.at = d->pci.queue[0].at;
		p.isr = d->pci.isr_gpa;
	}
	if (!d->guest->pack || d->guest->pack(d->guest->handle, d->doorbell, &parcel)) {
		device_break(d, "its server cannot see the guest");
		return;
	}
	p.len = parcel.len;
	memcpy(p.u.data, parcel.data, sizeof(parcel.data));
	sh->going = 1;
	order(sh, &p, &parcel);
}

static void halt(struct share *sh)
{
	struct share_packet p = { .word = SHARE_HALT };

	sh->going = sh->halted = 0;
	order(sh, &p, NULL);
}

static void pause_(struct device *d)
{
	struct share *sh = d->state;

	if (sh->fd >= 0)
		halt(sh);
	else
		device_paused(d);
}

static int socket_fd(struct device *d)
{
	return ((struct share *)d->state)->fd;
}

/* What the process says goes to the user's terminal: it may have been taken over. */
static void report(struct share *sh, struct share_packet *p)
{
	char why[sizeof(p->u.text) + SHARE_TAG_MAX + 16];
	size_t i;

	p->u.text[sizeof(p->u.text) - 1] = 0;
	for (i = 0; p->u.text[i]; i++)
		if (p->u.text[i] < ' ' || p->u.text[i] > '~')
			p->u.text[i] = '?';
	snprintf(why, sizeof(why), "share %s: %s", sh->tag, p->u.text);
	device_break(sh->device, why);
}

static void heard(struct device *d)
{
	struct share *sh = d->state;
	struct share_packet p;
	ssize_t n = share_receive(sh->fd, &p, NULL, NULL, MSG_DONTWAIT);

	if (n == -EAGAIN)
		return;
	if (n != sizeof(p)) {
		lose_server(sh);
	} else if (p.word == SHARE_HALT && p.order == sh->order) {
		sh->halted = 1;
		device_paused(d);
	} else if (p.word == SHARE_BROKEN && sh->going) {
		report(sh, &p);
	}
}

static int stop(struct device *d)
{
	struct share *sh = d->state;

	if (sh->going)
		halt(sh);
	return sh->fd < 0 || sh->halted ? 0 : -EAGAIN;
}

static const struct device_runner process = { go, pause_, socket_fd, heard, stop };

struct device *share_attach(struct share *sh, struct devices *all)
{
	u8 config[2 + SHARE_TAG_MAX];
	size_t len = strlen(sh->tag);

	config[0] = (u8)len;
	config[1] = 0;
	memcpy(config + 2, sh->tag, len);
	sh->kind = (struct device_kind){
		.type = LG_DEV_9P,
		.name = "9p",
		.num_vq = 1,
		.config_len = (u8)(2 + len),
		.features = MOUNT_TAG | LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX,
	};
	sh->halted = 1;
	sh->device = devices_add(all, &sh->kind, sh, config);
	if (sh->device)
		sh->device->runner = &process;
	return sh->device;
}
