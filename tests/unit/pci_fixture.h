/* SPDX-License-Identifier: MIT */
/* A console and a device with a worker on a PCI bus, for the tests that include this. */
#ifndef TESTS_UNIT_PCI_FIXTURE_H
#define TESTS_UNIT_PCI_FIXTURE_H

#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/worker.h"
#include "tests/unit/pci_driver.h"

#define BARS (W_RAM + LG_DEVICE_PAGES * LG_PAGE_SIZE)

static struct world w;
static struct devices all;
static struct console console;
static struct driver con, copy;

static struct guest_registers told[GUEST_DOORBELLS];

static void hear_registers(void *handle, u32 n, const struct guest_registers *r)
{
	(void)handle;
	told[n] = *r;
}

/* --- A device with a worker: it copies what it reads to what it writes ----------- */

static int work(struct device *d)
{
	static struct vq_chain c;
	u8 buf[64];
	int n = 0;

	while (n < 16 && vq_get(&d->vq[0], &c) > 0) {
		u64 len = vq_bytes(c.pieces, c.nread);

		n++;
		if (len > sizeof(buf) || vq_copy_from(d->guest, c.pieces, c.nread, 0, buf, len) ||
		    vq_copy_to(d->guest, c.pieces + c.nread, c.nwrite, 0, buf, len)) {
			vq_break(&d->vq[0], "no good");
			break;
		}
		vq_put(&d->vq[0], c.head, (u32)len);
	}
	vq_announce(&d->vq[0]);
	return n == 16;
}

static const struct device_kind copier = {
	.type = LG_DEV_BLOCK,
	.name = "copier",
	.num_vq = 2,
	.config_len = 6,
	.features = LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX,
	.work = work,
};

static int setup(void **state)
{
	(void)state;
	memset(told, 0, sizeof(told));
	world_init(&w);
	w.guest.registers = hear_registers;
	console_init(&console, &w.stream);
	devices_init(&all, &w.guest);
	if (!console_attach(&console, &all) || !devices_add(&all, &copier, NULL, "config"))
		return -1;
	pci_start(&all);
	driver_find(&con, &all, 1);
	driver_find(&copy, &all, 2);
	return 0;
}

static void hear(int ms)
{
	struct pollfd fds[DEVICES_MAX];
	unsigned n = devices_fds(&all, fds);

	if (poll(fds, n, ms) > 0)
		devices_heard(&all, fds, n);
}

static void settle(void)
{
	int i;

	for (i = 0; i < 500 && !devices_settled(&all); i++)
		hear(10);
	assert_true(devices_settled(&all));
}

static int teardown(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 500 && !devices_stop(&all); i++)
		hear(10);
	return 0;
}

/* --- A driver that behaves ------------------------------------------------------------------ */

static struct driver_queue rx = { 0x1230, 0x3332, 0x5554, 4, 0, 0 };
static struct driver_queue tx = { 0x7000, 0x2ffe, 0xa000, 256, 0, 0 };

static void start_console(void)
{
	driver_agree(&con, LG_CONSOLE_F_SIZE);
	assert_int_equal(driver_status(&con), 11);
	driver_queue(&con, 0, &rx);
	driver_queue(&con, 1, &tx);
	driver_set(&con, 4);
	assert_int_equal(driver_status(&con), 15);
}

#endif
