/* SPDX-License-Identifier: MIT */
/*
 * L:230 A gzip'd image is unpacked into memory nobody else sees (a memfd) and
 * then treated like any other file.  Its size is bounded: a few kilobytes of
 * gzip can unpack to all the memory there is.
 */
#include "launcher/image.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

struct unpacking {
	const char *name;
	int in, out;
	u64 read_total, written; /* bytes */
	u64 max;
	z_stream z;
	int inside; /* of a larger file: what follows is none of ours */
	struct complaint *c;
	u8 inbuf[65536], outbuf[65536];
};

static int write_all(int fd, const u8 *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int refuse(struct unpacking *u, const char *what, const char *remedy)
{
	return complain(u->c, -EINVAL, "%s: %s (file offset 0x%llx): %s", u->name, what,
			(unsigned long long)(u->read_total - u->z.avail_in), remedy);
}

/* 1 = there is input, 0 = end of the file. */
static int more_input(struct unpacking *u)
{
	ssize_t n;

	if (u->z.avail_in)
		return 1;
	do
		n = pread(u->in, u->inbuf, sizeof(u->inbuf), (off_t)u->read_total);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return complain(u->c, -errno, "%s: cannot read it: %s: check the disk", u->name,
				strerror(errno));
	u->read_total += (u64)n;
	u->z.next_in = u->inbuf;
	u->z.avail_in = (uInt)n;
	return n > 0;
}

/* One step of inflate: its result, or -errno. */
static int inflate_some(struct unpacking *u)
{
	size_t n;
	int ret, err;

	u->z.next_out = u->outbuf;
	u->z.avail_out = sizeof(u->outbuf);
	ret = inflate(&u->z, Z_NO_FLUSH);
	if (ret == Z_BUF_ERROR) /* nothing left in, nothing came out */
		return refuse(u, "is a truncated gzip file", "copy or build it again");
	if (ret == Z_MEM_ERROR)
		return complain(u->c, -ENOMEM,
				"%s: no memory to unpack it: unpack it first (gunzip)", u->name);
	if (ret != Z_OK && ret != Z_STREAM_END)
		return refuse(u, "is a damaged gzip file", "copy or build it again");
	n = sizeof(u->outbuf) - u->z.avail_out;
	u->written += n;
	if (u->written > u->max)
		return refuse(u, "unpacks to more than 512 MiB", "unpack and strip it first");
	err = write_all(u->out, u->outbuf, n);
	if (err)
		return complain(u->c, err, "%s: cannot unpack it: %s: free some memory", u->name,
				strerror(-err));
	return ret;
}

/* A gzip file is one or more members, back to back. */
static int unpack(struct unpacking *u)
{
	for (;;) {
		int ret = more_input(u);

		/* Even at the end of the file: zlib may still hold output. */
		if (ret >= 0)
			ret = inflate_some(u);
		if (ret < 0)
			return ret;
		if (ret != Z_STREAM_END)
			continue;
		if (u->inside)
			return 0;
		ret = more_input(u);
		if (ret <= 0)
			return ret;
		if (u->z.next_in[0] != 0x1f || inflateReset(&u->z) != Z_OK)
			return refuse(u, "has garbage behind its gzip data",
				      "copy or build it again");
	}
}

int gunzip_fd(const char *name, int *fd, u64 *size, u64 offset, u64 max, struct complaint *c)
{
	static struct unpacking state; /* 128 KiB: too much for the stack */
	struct unpacking *u = &state;
	int err;

	*u = (struct unpacking){ .name = name, .in = *fd, .read_total = offset, .inside = offset != 0, .max = max, .c = c };
	u->out = memfd_create("lguest-image", MFD_CLOEXEC);
	if (u->out < 0)
		return complain(c, -errno, "%s: memfd_create: %s: unpack it first (gunzip)", name,
				strerror(errno));
	if (inflateInit2(&u->z, 15 + 16) != Z_OK) /* 16: a gzip header is required */
		err = complain(c, -ENOMEM, "%s: no memory to unpack it: unpack it first (gunzip)",
			       name);
	else
		err = unpack(u);
	inflateEnd(&u->z);
	if (err) {
		close(u->out);
		return err;
	}
	close(*fd);
	*fd = u->out;
	*size = u->written;
	return 0;
}
