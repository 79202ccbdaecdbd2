/* SPDX-License-Identifier: MIT */
/*
 * L:878 --dump FILE.  The file is opened while we may still open files, and is
 * taken away again if there was nothing to put into it.
 */
#include "launcher/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debug/core.h"

int dump_open(struct dump *d, const char *path, struct complaint *c)
{
	struct stat st;

	d->path = path;
	if (!path)
		return 0;
	d->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (d->fd < 0 || fstat(d->fd, &st) < 0)
		return complain(c, -errno, "--dump %s: cannot write it: %s: choose another file", path,
				strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(c, -EINVAL, "--dump %s: a core has holes: name a plain file", path);
	d->dev = st.st_dev;
	d->inode = st.st_ino;
	return 0;
}

void dump_write(struct dump *d, struct lg *lg)
{
	int err;

	if (!d->path || d->written)
		return;
	err = debug_core(lg, d->fd);
	if (err) {
		log_error("--dump %s: %s: the core is not complete", d->path, strerror(-err));
		if (ftruncate(d->fd, 0) == 0)
			return;
	}
	d->written = 1;
	if (!err)
		log_info("core in %s: gdb KERNEL %s", d->path, d->path);
}

void dump_close(struct dump *d)
{
	struct stat st;

	if (!d->inode)
		return;
	if (!d->written && !lstat(d->path, &st) && st.st_ino == d->inode && st.st_dev == d->dev)
		unlink(d->path);
	close(d->fd);
	d->inode = 0;
}
