/* SPDX-License-Identifier: MIT */
/*
 * D:780 Disks behind the NBD protocol, so that whatever qemu-nbd or nbdkit can
 * serve is a disk: qcow2, https, ssh.  The protocol is libnbd's, which is
 * loaded when somebody asks for such a disk: no other guest pays for it, and
 * lguest runs where it is not installed.  (Hence declarations of our own: these
 * functions and their types have been the same since libnbd 1.0.)
 *
 * All requests of a batch are on their way at once.  A server that says nothing
 * for too long is given up, for the worker must not hang on it for ever.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "devices/block_store.h"

#define SILENCE_MS 20000 /* from a server with something to do */
#define PIECE_MAX  (4u << 20)

struct nbd_handle;
struct completion { /* passed by value */
	int (*callback)(void *data, int *error);
	void *data;
	void (*free)(void *data);
};

/* The library's functions, by their names there. */
struct libnbd {
	struct nbd_handle *(*create)(void);
	void (*close)(struct nbd_handle *h);
	const char *(*get_error)(void);
	int (*set_uri_allow_transports)(struct nbd_handle *h, uint32_t mask);
	int (*set_uri_allow_tls)(struct nbd_handle *h, int tls);
	int (*connect_uri)(struct nbd_handle *h, const char *uri);
	int64_t (*get_size)(struct nbd_handle *h);
	int64_t (*get_block_size)(struct nbd_handle *h, int which);
	int (*is_read_only)(struct nbd_handle *h);
	int (*can_flush)(struct nbd_handle *h);
	int (*can_trim)(struct nbd_handle *h);
	int (*can_zero)(struct nbd_handle *h);
	int64_t (*aio_pread)(struct nbd_handle *h, void *buf, size_t n, uint64_t off,
			     struct completion c, uint32_t flags);
	int64_t (*aio_pwrite)(struct nbd_handle *h, const void *buf, size_t n, uint64_t off,
			      struct completion c, uint32_t flags);
	int64_t (*aio_flush)(struct nbd_handle *h, struct completion c, uint32_t flags);
	int64_t (*aio_trim)(struct nbd_handle *h, uint64_t n, uint64_t off, struct completion c,
			    uint32_t flags);
	int64_t (*aio_zero)(struct nbd_handle *h, uint64_t n, uint64_t off, struct completion c,
			    uint32_t flags);
	int (*poll)(struct nbd_handle *h, int timeout_ms);
};

#define TRANSPORT_TCP  1u
#define TRANSPORT_UNIX 2u
#define SIZE_MINIMUM   0

struct nbd {
	struct store store; /* first */
	struct libnbd lib;
	struct nbd_handle *h;
	void *library;
	unsigned pending; /* commands on their way */
	int can_flush, can_trim, can_zero;
};

/* One io's state while it is on its way. */
struct flight {
	struct nbd *nbd;
	struct store_io *io;
	char *bounce;
};

int store_is_nbd(const char *name)
{
	return !strncmp(name, "nbd:", 4) || !strncmp(name, "nbd+unix:", 9);
}

/* --- D:782 Requests ---------------------------------------------------------------- */

static int completed(void *data, int *error)
{
	struct flight *f = data;

	f->nbd->pending--;
	if (*error && !f->io->err)
		f->io->err = -*error;
	return 1; /* nobody asks for it by its number */
}

static void sent(struct flight *f, int64_t cookie)
{
	if (cookie >= 0)
		return;
	/* Its callback is not called if it never left. */
	f->nbd->pending--;
	f->io->err = -EIO;
}

static struct completion tell(struct flight *f)
{
	f->nbd->pending++;
	return (struct completion){ completed, f, NULL };
}

static void transfer(struct flight *f, char *p, u64 n, u64 off)
{
	const struct libnbd *l = &f->nbd->lib;

	while (n && !f->io->err) {
		size_t k = n < PIECE_MAX ? (size_t)n : PIECE_MAX;
		struct completion c = tell(f);

		sent(f, f->io->op == STORE_READ ? l->aio_pread(f->nbd->h, p, k, off, c, 0) :
						  l->aio_pwrite(f->nbd->h, p, k, off, c, 0));
		p += k;
		off += k;
		n -= k;
	}
}

/* Servers want whole sectors; guests may cut theirs anywhere. */
static int has_crumbs(const struct store_io *io)
{
	int i;

	for (i = 0; i < io->niov; i++)
		if (io->iov[i].iov_len % STORE_SECTOR)
			return 1;
	return 0;
}

static void copy(struct flight *f, int out)
{
	char *p = f->bounce;
	int i;

	for (i = 0; i < f->io->niov; i++) {
		struct iovec *v = &f->io->iov[i];

		if (out)
			memcpy(p, v->iov_base, v->iov_len);
		else
			memcpy(v->iov_base, p, v->iov_len);
		p += v->iov_len;
	}
}

static void read_write(struct flight *f)
{
	struct store_io *io = f->io;
	u64 off = io->off;
	int i;

	if (has_crumbs(io)) {
		f->bounce = malloc((size_t)io->len);
		if (!f->bounce) {
			io->err = -ENOMEM;
			return;
		}
		copy(f, 1);
		transfer(f, f->bounce, io->len, off);
		return;
	}
	for (i = 0; i < io->niov; i++) {
		transfer(f, io->iov[i].iov_base, io->iov[i].iov_len, off);
		off += io->iov[i].iov_len;
	}
}

/* A server without the command: the zeros are written. */
static void write_zeros(struct flight *f)
{
	f->bounce = calloc(1, (size_t)f->io->len);
	if (f->bounce)
		transfer(f, f->bounce, f->io->len, f->io->off);
	else
		f->io->err = -ENOMEM;
}

static void start(struct flight *f)
{
	struct nbd *b = f->nbd;
	struct store_io *io = f->io;

	io->err = b->store.err;
	if (!io->err && b->store.read_only && io->op != STORE_READ && io->op != STORE_FLUSH)
		io->err = -EROFS;
	if (io->err || (!io->len && io->op != STORE_FLUSH))
		return;
	switch (io->op) {
	case STORE_READ:
	case STORE_WRITE:
		read_write(f);
		break;
	case STORE_FLUSH:
		if (b->can_flush)
			sent(f, b->lib.aio_flush(b->h, tell(f), 0));
		break;
	case STORE_DISCARD:
		if (b->can_trim)
			sent(f, b->lib.aio_trim(b->h, io->len, io->off, tell(f), 0));
		break;
	case STORE_ZERO:
		if (b->can_zero)
			sent(f, b->lib.aio_zero(b->h, io->len, io->off, tell(f), 0));
		else
			write_zeros(f);
		break;
	}
}

static u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

/* Until all have come back.  -errno: they never will. */
static int wait_for_all(struct nbd *b)
{
	u64 heard = now_ms();

	while (b->pending) {
		unsigned before = b->pending;

		if (b->lib.poll(b->h, SILENCE_MS) < 0)
			return -EIO;
		if (b->pending != before)
			heard = now_ms();
		else if (now_ms() - heard >= SILENCE_MS)
			return -ETIMEDOUT;
	}
	return 0;
}

/* The connection goes before the memory that answers would be written to. */
static void give_up(struct nbd *b, int err)
{
	b->store.err = err;
	b->lib.close(b->h);
	b->h = NULL;
	b->pending = 0;
}

static void nbd_run(struct store *s, struct store_io *io, unsigned n)
{
	struct nbd *b = (struct nbd *)s;
	struct flight *f = calloc(n, sizeof(*f));
	unsigned i;
	int err;

	for (i = 0; i < n; i++) {
		io[i].err = -ENOMEM;
		if (!f)
			continue;
		f[i] = (struct flight){ b, &io[i], NULL };
		start(&f[i]);
	}
	err = wait_for_all(b);
	if (err)
		give_up(b, err);
	for (i = 0; i < n && f; i++) {
		if (err)
			io[i].err = err;
		else if (f[i].bounce && io[i].op == STORE_READ && !io[i].err)
			copy(&f[i], 0);
		free(f[i].bounce);
	}
	free(f);
}

static void nbd_close(struct store *s)
{
	struct nbd *b = (struct nbd *)s;
	struct store_io flush = { STORE_FLUSH, 0, 0, NULL, 0, 0 };

	if (b->h && !b->store.err)
		nbd_run(s, &flush, 1);
	if (b->h)
		b->lib.close(b->h);
	/* The library stays: others may use it, and it may have threads. */
	free(b);
}

static const struct store_kind nbd_kind = { nbd_run, nbd_close };

/* --- D:784 Connecting ------------------------------------------------------------------ */

#define LOAD(x) \
	do { \
		b->lib.x = (__typeof__(b->lib.x))dlsym(b->library, "nbd_" #x); \
		if (!b->lib.x) \
			missing = "nbd_" #x; \
	} while (0)

static int load(struct nbd *b, struct store_why *why)
{
	const char *missing = NULL;

	b->library = dlopen("libnbd.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!b->library) {
		store_fail(why, -ENOENT, "no library for nbd: install it: apt-get install libnbd0");
		return -ENOENT;
	}
	LOAD(create);
	LOAD(close);
	LOAD(get_error);
	LOAD(set_uri_allow_transports);
	LOAD(set_uri_allow_tls);
	LOAD(connect_uri);
	LOAD(get_size);
	LOAD(get_block_size);
	LOAD(is_read_only);
	LOAD(can_flush);
	LOAD(can_trim);
	LOAD(can_zero);
	LOAD(aio_pread);
	LOAD(aio_pwrite);
	LOAD(aio_flush);
	LOAD(aio_trim);
	LOAD(aio_zero);
	LOAD(poll);
	if (missing) {
		store_fail(why, -ENOENT, "libnbd.so.0 has no %s: install a newer libnbd0", missing);
		return -ENOENT;
	}
	return 0;
}

static int connect_to(struct nbd *b, const char *uri, struct store_why *why)
{
	const struct libnbd *l = &b->lib;
	int64_t size, least;

	b->h = l->create();
	if (!b->h)
		return store_fail(why, -ENOMEM, "%s: %s", uri, l->get_error());
	/* No TLS: it would need files of certificates; use a tunnel or a socket. */
	l->set_uri_allow_transports(b->h, TRANSPORT_TCP | TRANSPORT_UNIX);
	l->set_uri_allow_tls(b->h, 0);
	if (l->connect_uri(b->h, uri) < 0)
		return store_fail(why, -ECONNREFUSED, "%s: %s: is the server running?", uri,
				  l->get_error());
	size = l->get_size(b->h);
	if (size < (int64_t)STORE_SECTOR)
		return store_fail(why, -EINVAL, "%s: a disk of %lld bytes: export a bigger one",
				  uri, (long long)size);
	least = l->get_block_size(b->h, SIZE_MINIMUM);
	if (least > (int64_t)STORE_SECTOR)
		return store_fail(why, -EINVAL,
				  "%s: takes only blocks of %lld bytes: put nbdkit's blocksize"
				  " filter before it",
				  uri, (long long)least);
	/* It cannot be made longer, so an incomplete sector at its end is left out. */
	b->store.bytes = (u64)size & ~(u64)(STORE_SECTOR - 1);
	b->store.block = STORE_SECTOR;
	b->can_flush = l->can_flush(b->h) > 0;
	b->can_trim = l->can_trim(b->h) > 0;
	b->can_zero = l->can_zero(b->h) > 0;
	if (!b->store.read_only && l->is_read_only(b->h) > 0)
		return store_fail(why, -EROFS, "%s: can only be read: add ,ro or ,cow", uri);
	return 0;
}

int nbd_open(struct store **sp, const char *uri, int read_only, struct store_why *why)
{
	struct nbd *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return store_fail(why, -ENOMEM, "%s: no memory", uri);
	b->store.kind = &nbd_kind;
	b->store.read_only = read_only;
	err = load(b, why);
	if (!err)
		err = connect_to(b, uri, why);
	if (err) {
		if (b->h)
			b->lib.close(b->h);
		free(b);
		return err;
	}
	*sp = &b->store;
	return 0;
}
