/* SPDX-License-Identifier: MIT */
/*
 * D:710 Stores: what all of them share.
 */
#include "devices/block_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int store_fail(struct store_why *why, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return err;
}

void store_run(struct store *s, struct store_io *io, unsigned n)
{
	s->kind->run(s, io, n);
}

int store_one(struct store *s, struct store_io *io)
{
	s->kind->run(s, io, 1);
	return io->err;
}

void store_close(struct store *s)
{
	s->kind->close(s);
}

void iov_skip(struct iovec **iov, int *niov, u64 n)
{
	while (*niov && n >= (*iov)->iov_len) {
		n -= (*iov)->iov_len;
		(*iov)++;
		(*niov)--;
	}
	if (*niov) {
		(*iov)->iov_base = (char *)(*iov)->iov_base + n;
		(*iov)->iov_len -= n;
	}
}

void iov_zero(const struct iovec *iov, int niov, u64 skip, u64 n)
{
	for (; niov && n; iov++, niov--) {
		size_t k = iov->iov_len;

		if (skip >= k) {
			skip -= k;
			continue;
		}
		k -= (size_t)skip;
		if (k > n)
			k = (size_t)n;
		memset((char *)iov->iov_base + skip, 0, k);
		skip = 0;
		n -= k;
	}
}

static int batch(int niov)
{
	return niov > IOV_MAX ? IOV_MAX : niov;
}

/*
 * D:712 A disk may end in the middle of a sector.  The guest sees that sector
 * whole: what the file lacks reads as zeros, and is there once it was written.
 */
int file_read(int fd, struct iovec *iov, int niov, u64 off, u64 len, u64 eof)
{
	u64 done = 0;

	while (done < len) {
		ssize_t n = preadv(fd, iov, batch(niov), (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (u64)n;
		iov_skip(&iov, &niov, (u64)n);
	}
	if (done == len)
		return 0;
	if (off + done < eof)
		return -EIO; /* somebody cut it short */
	iov_zero(iov, niov, 0, len - done);
	return 0;
}

int file_write(int fd, struct iovec *iov, int niov, u64 off, u64 len)
{
	u64 done = 0;

	while (done < len) {
		ssize_t n = pwritev(fd, iov, batch(niov), (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ENOSPC;
		done += (u64)n;
		iov_skip(&iov, &niov, (u64)n);
	}
	return 0;
}

static int write_zeros(int fd, u64 off, u64 len)
{
	static const char zeros[64 << 10];
	int err = 0;

	while (len && !err) {
		u64 n = len < sizeof(zeros) ? len : sizeof(zeros);
		struct iovec iov = { (void *)(uintptr_t)zeros, (size_t)n };

		err = file_write(fd, &iov, 1, off, n);
		off += n;
		len -= n;
	}
	return err;
}

/* In the cheapest way this file system has. */
int file_zero(int fd, u64 off, u64 len)
{
	static const int modes[] = { FALLOC_FL_ZERO_RANGE,
				     FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE };
	unsigned i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		int r;

		do
			r = fallocate(fd, modes[i], (off_t)off, (off_t)len);
		while (r < 0 && errno == EINTR);
		if (!r)
			return 0;
		if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL && errno != ENODEV)
			return -errno;
	}
	return write_zeros(fd, off, len);
}

/*
 * A lock of the open file, not of the process: it lives exactly as long as
 * the descriptor does, whoever forks.
 */
int file_lock(int fd, int type)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET };

	if (!fcntl(fd, F_OFD_SETLK, &l))
		return 0;
	/* No locks on this file system: nobody else has one either. */
	return errno == ENOLCK || errno == EOPNOTSUPP || errno == EINVAL ? 0 : -errno;
}
