/* SPDX-License-Identifier: MIT */
/*
 * L:245 Guests of lguest 2.6.23: devices/dma_*.c in the loop.
 *
 * Our devices are attached as always, but to a bus that only the drivers in
 * devices/dma_*.c see; the guest gets a page of ports.
 */
#include "launcher/dma.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "launcher/loop.h"
#include "launcher/options.h"

int dma_check_options(const struct options *o, int is_dma, struct complaint *c)
{
	unsigned i;

	for (i = 0; i < o->nnets && !is_dma; i++)
		if (o->nets[i].kind == NET_KIND_SHARE)
			return complain(
				c, -EINVAL,
				"--net share=%s: only guests of lguest 2.6.23 have such cards:"
				" use socket=PATH",
				o->nets[i].arg);
	if (is_dma && (o->nshares || o->nserials))
		return complain(c, -EINVAL,
				"%s: guests of lguest 2.6.23 have no such device: leave it out",
				o->nshares ? "--share" : "--serial");
	return 0;
}

int dma_begin(struct loop *l, u32 ram_bytes)
{
	struct dma *dma = &l->dma;

	if (!dma->open) { /* they outlive a restart */
		dma->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		dma->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
		if (dma->wake < 0 || dma->timer < 0)
			return -errno;
		dma->open = 1;
	}
	dma_bus_init(&dma->bus, &l->guest, &l->devices, dma->wake, dma->timer);
	lg_limit_pages(l->lg, ram_bytes / LG_PAGE_SIZE + DMA_PAGES);
	return 0;
}

static int add_share(struct loop *l, struct dma_share *sh)
{
	int err = lg_share_page(l->lg, l->dma.bus.next_page / LG_PAGE_SIZE, sh->file);

	if (err)
		l->devices.full = "pages that can be shared";
	return err ? -ENOSPC : dma_add_share(&l->dma.bus, sh);
}

/* In the order of the options; the console is always the last. */
int dma_ports(struct loop *l)
{
	struct dma_bus *bus = &l->dma.bus;
	unsigned i;
	int err = 0;

	for (i = 0; i < l->ndisks && !err; i++)
		err = dma_add_block(bus, l->disks[i].device);
	for (i = 0; i < l->nnets && !err; i++)
		err = l->nets[i].share ? add_share(l, l->nets[i].share) :
					 dma_add_net(bus, l->nets[i].net.device);
	return err ? err : dma_add_console(bus, l->console->device);
}

void dma_poll(const struct loop *l, struct pollfd *fds)
{
	unsigned i, n = 0;

	for (i = 0; i < DMA_FDS; i++)
		fds[i] = (struct pollfd){ -1, POLLIN, 0 };
	if (!l->dma.on || l->ended)
		return;
	fds[n++].fd = l->dma.wake;
	fds[n++].fd = l->dma.timer;
	for (i = 0; i < l->nnets && n + 2 <= DMA_FDS; i++)
		if (l->nets[i].share) {
			fds[n++].fd = share_requests_fd(l->nets[i].share);
			fds[n++].fd = share_answers_fd(l->nets[i].share);
		}
}

void dma_work(struct loop *l)
{
	if (l->dma.on && !l->ended)
		dma_bus_work(&l->dma.bus);
}

/* --- L:247 What the guest asks for ------------------------------------------------ */

static int refuse(struct loop *l)
{
	guest_kill(&l->guest, "DMA hypercall: this guest is none of lguest 2.6.23");
	return 1;
}

int dma_bind_asked(struct loop *l, const u32 *args, u32 *result)
{
	if (!l->dma.on)
		return refuse(l);
	*result = dma_bus_bind(&l->dma.bus, args[0], args[1], args[2], args[3]);
	return 1;
}

int dma_send_asked(struct loop *l, const u32 *args, u32 *result)
{
	(void)result;
	if (!l->dma.on)
		return refuse(l);
	return dma_bus_send(&l->dma.bus, args[0], args[1]) == DMA_DONE;
}

int dma_send_done(struct loop *l, u32 *result)
{
	(void)result;
	return !l->dma.bus.sending;
}
