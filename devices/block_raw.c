/* SPDX-License-Identifier: MIT */
/*
 * D:720 Raw disks: a file or a block device, byte for byte.
 */
#include "devices/block_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct raw {
	struct store store; /* first */
	int fd;
	int device;  /* a block device */
	int patient; /* the file system cannot say that a read would wait */
};

static int discard(struct raw *r, u64 off, u64 len)
{
	u64 range[2] = { off, len };
	int n;

	if (r->device)
		n = ioctl(r->fd, BLKDISCARD, range);
	else
		n = fallocate(r->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)off,
			      (off_t)len);
	/* It is only advice: what cannot be given back just stays. */
	if (n < 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL && errno != ENOTTY)
		return -errno;
	return 0;
}

/*
 * After a failed fdatasync the kernel may have thrown the data away, and the
 * next one would find nothing wrong: so no flush succeeds after that.
 */
static int flush(struct raw *r)
{
	if (!r->store.err && !r->store.read_only && fdatasync(r->fd) < 0)
		r->store.err = -errno;
	return r->store.err;
}

static int run_one(struct raw *r, struct store_io *io)
{
	if (r->store.read_only && (io->op != STORE_READ && io->op != STORE_FLUSH))
		return -EROFS;
	switch (io->op) {
	case STORE_READ:
		return file_read(r->fd, io->iov, io->niov, io->off, io->len, r->store.bytes);
	case STORE_WRITE:
		return file_write(r->fd, io->iov, io->niov, io->off, io->len);
	case STORE_FLUSH:
		return flush(r);
	case STORE_DISCARD:
		return io->len ? discard(r, io->off, io->len) : 0;
	case STORE_ZERO:
		return io->len ? file_zero(r->fd, io->off, io->len) : 0;
	}
	return -EINVAL;
}

/*
 * Of several reads those that are in memory are done at once, and the medium
 * is asked for the others before we wait for the first.  1: done.
 */
static int read_at_once(struct raw *r, struct store_io *io)
{
	ssize_t n;

	if (io->op != STORE_READ || r->patient || io->niov > IOV_MAX)
		return 0;
	n = preadv2(r->fd, io->iov, io->niov, (off_t)io->off, RWF_NOWAIT);
	if (n >= 0 && (u64)n == io->len)
		return 1;
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		r->patient = 1;
	else
		posix_fadvise(r->fd, (off_t)io->off, (off_t)io->len, POSIX_FADV_WILLNEED);
	return 0;
}

#define NOT_YET 1

static void raw_run(struct store *s, struct store_io *io, unsigned n)
{
	struct raw *r = (struct raw *)s;
	unsigned i;

	for (i = 0; i < n; i++)
		io[i].err = n > 1 && read_at_once(r, &io[i]) ? 0 : NOT_YET;
	for (i = 0; i < n; i++)
		if (io[i].err == NOT_YET)
			io[i].err = run_one(r, &io[i]);
}

static void raw_close(struct store *s)
{
	struct raw *r = (struct raw *)s;

	flush(r);
	close(r->fd);
	free(r);
}

static const struct store_kind raw_kind = { raw_run, raw_close };

/* --- D:722 Opening -------------------------------------------------------------- */

static const char *open_remedy(int err)
{
	switch (err) {
	case ENOENT:
		return "make it first, for example: truncate -s 1G FILE";
	case EACCES:
	case EPERM:
	case EROFS:
		return "choose one you may write, or add ,ro or ,cow";
	case EMFILE:
	case ENFILE:
		return "raise ulimit -n";
	}
	return "check the path";
}

static int find_size(struct raw *r, const char *path, struct store_why *why)
{
	struct stat st;
	off_t end;

	if (fstat(r->fd, &st) < 0)
		return store_fail(why, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return store_fail(why, -EINVAL, "%s: not a disk: name a file or a block device",
				  path);
	r->device = S_ISBLK(st.st_mode);
	end = lseek(r->fd, 0, SEEK_END);
	if (end < 0)
		return store_fail(why, -errno, "%s: %s: check the path", path, strerror(errno));
	if (end == 0)
		return store_fail(why, -EINVAL,
				  "%s: empty: give it a size first, for example: truncate -s 1G %s",
				  path, path);
	r->store.bytes = (u64)end;
	r->store.block = STORE_SECTOR;
	r->store.mtime = (u64)st.st_mtim.tv_sec * 1000000000 + (u64)st.st_mtim.tv_nsec;
	return 0;
}

int raw_fd(const struct store *s)
{
	return ((const struct raw *)s)->fd;
}

int raw_adopt(struct store **sp, int fd, const char *name, int read_only, struct store_why *why)
{
	struct raw *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return store_fail(why, -ENOMEM, "%s: no memory", name);
	r->store.kind = &raw_kind;
	r->store.read_only = read_only;
	r->fd = fd;
	err = find_size(r, name, why);
	if (err)
		free(r);
	else
		*sp = &r->store;
	return err;
}

int raw_open(struct store **sp, const char *path, int read_only, struct store_why *why)
{
	/* Not to hang on a fifo. */
	int fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK), err;

	if (fd < 0)
		return store_fail(why, -errno, "%s: %s: %s", path, strerror(errno),
				  open_remedy(errno));
	err = raw_adopt(sp, fd, path, read_only, why);
	if (!err) {
		err = file_lock(fd, read_only ? F_RDLCK : F_WRLCK);
		if (err) {
			store_fail(why, err, "%s: in use by another program or --disk%s", path,
				   read_only ? ", which writes to it: stop that one first" :
					       ": stop that one, or add ,ro or ,cow to both");
			free(*sp);
			*sp = NULL;
		}
	}
	if (err)
		close(fd);
	return err;
}
