/* SPDX-License-Identifier: MIT */
/*
 * L:932 --net share=FILE: a network of lguest 2.6.23's guests.
 *
 * The file is one page, an array of addresses; a guest's slot in it is claimed
 * by a lock on its bytes, which lasts as long as the file is open: until the
 * guest and its Launcher are gone, however they went.  Whoever has slot n of a
 * file listens at two sockets in the directory of running guests, named after
 * the file's device and inode and n.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lguest.h"
#include "launcher/net.h"
#include "launcher/rundir.h"

static int bad(struct complaint *c, const char *path, int err, const char *remedy)
{
	return complain(c, err, "--net share=%s: %s: %s", path, strerror(-err), remedy);
}

static int open_page(const char *path, struct stat *st, struct complaint *c)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600), err;

	if (fd < 0)
		return bad(c, path, -errno, "choose a file you may write to");
	if (fstat(fd, st) < 0)
		err = -errno;
	else if (!S_ISREG(st->st_mode))
		err = -EINVAL;
	else /* all who come first do the same */
		err = !st->st_size && ftruncate(fd, LG_PAGE_SIZE) < 0 ? -errno : 0;
	if (!err && st->st_size && st->st_size != LG_PAGE_SIZE)
		err = -EFBIG;
	if (!err)
		return fd;
	close(fd);
	return bad(c, path, err, "name a file of 4096 bytes, or one that does not exist");
}

/* --- L:934 The slot -------------------------------------------------------------- */

static int claim(struct dma_share *sh)
{
	for (sh->slot = 0; sh->slot < SHARE_SLOTS; sh->slot++) {
		int err = share_claim(sh, sh->slot);

		if (err != -EAGAIN && err != -EACCES)
			return err;
	}
	return -EUSERS;
}

static void clear_address(const struct dma_share *sh)
{
	int err = share_clear(sh, sh->slot);

	if (err)
		log_warn("--net share: cannot clear slot %u: %s", sh->slot, strerror(-err));
}

/* --- L:936 The sockets ------------------------------------------------------------ */

static int set_prefix(struct dma_share *sh, const struct stat *st, struct complaint *c)
{
	char dir[sizeof(sh->prefix)];
	int n, err = rundir_path(dir, sizeof(dir), c);

	if (err)
		return err;
	n = snprintf(sh->prefix, sizeof(sh->prefix), "%s/share-%llx-%llx.", dir,
		     (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
	if (n < 0 || (size_t)n >= sizeof(sh->prefix))
		return complain(c, -ENAMETOOLONG,
				"%s: too long: set XDG_RUNTIME_DIR to a shorter path", dir);
	return 0;
}

/* The slot is ours, so what is at its path was left by somebody who is gone. */
static int listen_at(const struct dma_share *sh, int answers)
{
	struct sockaddr_un at;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;
	mode_t mask;

	if (fd < 0)
		return -errno;
	share_address(sh, sh->slot, answers, &at);
	unlink(at.sun_path);
	mask = umask(0177);
	err = bind(fd, (const struct sockaddr *)&at, sizeof(at)) ? -errno : 0;
	umask(mask);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static void remove_socket(const struct dma_share *sh, int answers, int fd)
{
	struct sockaddr_un at;

	if (fd < 0)
		return;
	share_address(sh, sh->slot, answers, &at);
	unlink(at.sun_path);
	close(fd);
}

void net_close_share(struct net_card *card)
{
	struct dma_share *sh = card->share;

	remove_socket(sh, 0, sh->requests);
	remove_socket(sh, 1, sh->answers);
	if (sh->slot < SHARE_SLOTS)
		clear_address(sh);
	close(sh->file);
	free(sh);
	card->share = NULL;
}

static int join(struct dma_share *sh, const char *path, const struct stat *st, struct complaint *c)
{
	int err = claim(sh);

	if (err)
		return bad(c, path, err,
			   err == -EUSERS ? "all 682 slots are taken: use another file" :
					    "choose a file system with locks");
	clear_address(sh);
	err = set_prefix(sh, st, c);
	if (err)
		return err;
	sh->requests = listen_at(sh, 0);
	sh->answers = listen_at(sh, 1);
	err = sh->requests < 0 ? sh->requests : sh->answers;
	return err < 0 ? bad(c, sh->prefix, err, "look at the directory of running guests") : 0;
}

int net_open_share(struct net_card *card, const struct net_option *o, struct complaint *c)
{
	struct dma_share *sh = calloc(1, sizeof(*sh));
	struct stat st = { 0 };
	int err;

	if (!sh)
		return complain(c, -ENOMEM, "--net: no memory for a card: free some");
	sh->requests = sh->answers = -1;
	sh->slot = SHARE_SLOTS;
	sh->file = open_page(o->arg, &st, c);
	if (sh->file < 0) {
		err = sh->file;
		free(sh);
		return err;
	}
	card->share = sh;
	err = join(sh, o->arg, &st, c);
	if (err)
		net_close_share(card);
	return err;
}
