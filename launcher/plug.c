/* SPDX-License-Identifier: MIT */
/*
 * L:890 Hot-plug, the running guest's side: see plug.h.
 *
 * The new record appears in the device page with its type last, and LG_IRQ_CONFIG
 * tells a guest that wants to know.  After a restart the device is there from the start.
 */
#include "launcher/plug.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_room(const char *what, struct plug_site *site, struct complaint *c)
{
	return complain(c, -ENOSPC, "no room for another %s: no more %s", what,
			site->loop->devices.full);
}

/* A guest with PCI has no such interrupt: it sees the new slot when it looks. */
static void tell(struct plug_site *site)
{
	const struct guest *g = &site->loop->guest;

	if (site->loop->devices.pci)
		return;
	g->irq(g->handle, LG_IRQ_CONFIG);
}

static int plug_disk(struct plug_site *site, int read_only, const char *path, int fd,
		     struct complaint *c)
{
	struct options *o = site->options;
	struct block *b = &site->disks[o->ndisks];
	struct store_why why = { "" };
	char *name;

	if (o->ndisks == DISKS_MAX)
		return complain(c, -ENOSPC, "there are %d disks already", DISKS_MAX);
	/* What its access mode does not allow, we do not offer. */
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		read_only = 1;
	name = strdup(path);
	if (!name || raw_adopt(&b->store, fd, path, read_only, &why)) {
		free(name);
		return complain(c, -EINVAL, "%s", why.text);
	}
	disk_set_id(b, path);
	if (!block_attach(b, &site->loop->devices)) {
		free(b->store); /* not its descriptor */
		b->store = NULL;
		free(name);
		return no_room("disk", site, c);
	}
	o->disks[o->ndisks++] = name;
	site->loop->ndisks = o->ndisks;
	tell(site);
	return 0;
}

static int plug_share(struct plug_site *site, int read_only, char *tag, int fd,
		      struct complaint *c)
{
	char *dir = strchr(tag, ' ');
	struct options *o = site->options;
	struct share *sh = &site->shares[o->nshares];
	struct share_option *so = &o->shares[o->nshares];
	unsigned i;

	if (o->nshares == SHARES_MAX)
		return complain(c, -ENOSPC, "there are %d shares already", SHARES_MAX);
	memset(so, 0, sizeof(*so));
	if (!dir || strlen(dir + 1) >= sizeof(so->dir) ||
	    options_tag(so, tag, (size_t)(dir - tag)))
		return complain(c, -EINVAL, "not a share");
	for (i = 0; i < o->nshares; i++)
		if (!strcmp(o->shares[i].tag, so->tag))
			return complain(c, -EEXIST, "there is a share %s already: add ,tag=NAME",
					so->tag);
	strcpy(so->dir, dir + 1);
	so->read_only = read_only;
	memset(sh, 0, sizeof(*sh));
	memcpy(sh->tag, so->tag, sizeof(sh->tag));
	sh->fd = fd;
	if (!share_attach(sh, &site->loop->devices))
		return no_room("share", site, c);
	site->loop->nshares = ++o->nshares;
	tell(site);
	return 0;
}

static const char *word(const char *line, const char *first)
{
	size_t n = strlen(first);

	return strncmp(line, first, n) || line[n] != ' ' ? NULL : line + n + 1;
}

int plug_wanted(const char *line)
{
	return word(line, "disk") || word(line, "share");
}

int plug(struct plug_site *site, char *line, int fd, struct complaint *c)
{
	int disk = word(line, "disk") != NULL;
	char *p = line + (disk ? 5 : 6);
	int read_only = word(p, "ro") != NULL;

	if (site->loop->dma.on)
		return complain(c, -ENODEV,
				"a guest of lguest 2.6.23 takes no device while it runs: start it with one");
	if (fd < 0 || (!read_only && !word(p, "rw")))
		return complain(c, -EINVAL, "not a device: is this lguest of another version?");
	p += 3;
	return disk ? plug_disk(site, read_only, p, fd, c) : plug_share(site, read_only, p, fd, c);
}
