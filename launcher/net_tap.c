/* SPDX-License-Identifier: MIT */
/*
 * L:950 --net tap=NAME: an interface of the host, made and configured by
 * somebody with the right to; we only attach to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "launcher/net.h"

static const char *remedy(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENODEV:
		return "this machine has no tun module: use --net user";
	case -EPERM:
	case -EACCES:
		return "let somebody do: ip tuntap add NAME mode tap user YOU";
	case -EBUSY:
		return "somebody else is attached to it: choose another";
	}
	return "check that it is a tap interface of one queue";
}

static int attach(int fd, const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int size = NET_HDR_LONG;

	if (strlen(name) >= sizeof(ifr.ifr_name))
		return -ENAMETOOLONG;
	strcpy(ifr.ifr_name, name);
	if (ioctl(fd, TUNSETIFF, &ifr) < 0 || ioctl(fd, TUNSETVNETHDRSZ, &size) < 0)
		return -errno;
	return 0;
}

int net_open_tap(struct net_card *card, const struct net_option *o, u16 mtu, struct complaint *c)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), err;

	err = fd < 0 ? -errno : attach(fd, o->arg);
	if (err) {
		if (fd >= 0)
			close(fd);
		return complain(c, err, "--net tap=%s: %s: %s", o->arg, strerror(-err),
				remedy(err));
	}
	err = net_open(&card->net, NET_TAP, fd, -1, o->mac, mtu, "--net tap");
	return err ? complain(c, err, "--net: no memory for a card: free some") : 0;
}
