/* SPDX-License-Identifier: MIT */
/* The devices of generation A (lguest 2.6.23) in the Launcher: devices/dma.h. */
#ifndef LAUNCHER_DMA_H
#define LAUNCHER_DMA_H

#include <poll.h>

#include "devices/dma.h"
#include "launcher/log.h"

#define DMA_FDS 10 /* wake, timer, and two of each card at a shared page */

struct loop;
struct options;

struct dma {
	int on;	  /* the guest is of that generation */
	int open; /* the descriptors are */
	int wake, timer;
	struct dma_bus bus;
};

/* What such a guest cannot have: 0 or -EINVAL and a complaint. */
int dma_check_options(const struct options *o, int is_dma, struct complaint *c);
/* Before devices are attached to l->devices, and after.  0 or -errno. */
int dma_begin(struct loop *l, u32 ram_bytes);
int dma_ports(struct loop *l);
/* Fill fds[0 .. DMA_FDS); then work, whatever poll found. */
void dma_poll(const struct loop *l, struct pollfd *fds);
void dma_work(struct loop *l);
/* BIND_DMA and SEND_DMA: struct request_kind. */
int dma_bind_asked(struct loop *l, const u32 *args, u32 *result);
int dma_send_asked(struct loop *l, const u32 *args, u32 *result);
int dma_send_done(struct loop *l, u32 *result);

#endif
