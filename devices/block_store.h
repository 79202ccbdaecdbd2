/* SPDX-License-Identifier: MIT */
/*
 * Where a disk's bytes are: a store.  It reads and writes any range of bytes
 * from and to vectors of memory, and knows nothing of guests or queues, so
 * tests can use one directly.  A store is used by one thread at a time.
 */
#ifndef DEVICES_BLOCK_STORE_H
#define DEVICES_BLOCK_STORE_H

#include <stdint.h>
#include <sys/uio.h>

#include "devices/guest.h"

#define STORE_SECTOR 512u

enum store_op {
	STORE_READ,
	STORE_WRITE,
	STORE_FLUSH,   /* what was written before survives everything from now on */
	STORE_DISCARD, /* contents do not matter any more */
	STORE_ZERO,    /* read as zeros from now on */
};

/* One request.  The vector is the store's to change. */
struct store_io {
	enum store_op op;
	u64 off;	   /* bytes */
	u64 len;	   /* bytes; of the vector too, where there is one */
	struct iovec *iov; /* STORE_READ, STORE_WRITE */
	int niov;
	int err; /* 0 or -errno, when done */
};

struct store;

struct store_kind {
	/* Do them all; each err is set.  Order among them is free. */
	void (*run)(struct store *s, struct store_io *io, unsigned n);
	void (*close)(struct store *s);
};

struct store {
	const struct store_kind *kind;
	u64 bytes; /* exact; the last sector may be incomplete */
	u32 block; /* bytes a write should be a multiple of; a power of 2 */
	u64 mtime; /* ns, when it was changed last; 0: not known */
	int read_only;
	int err; /* a flush failed: what is on the medium is unknown for ever */
};

/* What went wrong, for the user: "what: why: what to do". */
#define STORE_WHY_MAX 512
struct store_why {
	char text[STORE_WHY_MAX];
};

int store_fail(struct store_why *why, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* All return 0 and *sp (with a text: a warning), or -errno and a reason. */
int raw_open(struct store **sp, const char *path, int read_only, struct store_why *why);
/* The same with a descriptor that is open already, and the store's if this works. */
int raw_adopt(struct store **sp, int fd, const char *name, int read_only, struct store_why *why);
/* The descriptor of a raw store. */
int raw_fd(const struct store *s);
int nbd_open(struct store **sp, const char *uri, int read_only, struct store_why *why);
/*
 * Copy on write: what is written goes to the file at path (made if there is
 * none), or to a temporary one with path NULL.  base is read only, and ours
 * from now on, even if this fails.
 */
int cow_open(struct store **sp, struct store *base, const char *path, struct store_why *why);
int store_is_nbd(const char *name);

void store_run(struct store *s, struct store_io *io, unsigned n);
int store_one(struct store *s, struct store_io *io); /* its err */
void store_close(struct store *s);		     /* flushes */

/* What remains of a vector after n bytes; changes it. */
void iov_skip(struct iovec **iov, int *niov, u64 n);
/* Zeros into n bytes of it, from skip on. */
void iov_zero(const struct iovec *iov, int niov, u64 skip, u64 n);
/*
 * All of a range of a file, restarted as needed: 0 or -errno.  Reading past
 * the file's end is -EIO unless the end is at eof or behind: then zeros.
 */
int file_read(int fd, struct iovec *iov, int niov, u64 off, u64 len, u64 eof);
int file_write(int fd, struct iovec *iov, int niov, u64 off, u64 len);
int file_zero(int fd, u64 off, u64 len);
/* A lock against other programs that use it so, F_RDLCK or F_WRLCK: 0 or -errno. */
int file_lock(int fd, int type);

#endif
