/* SPDX-License-Identifier: MIT */
/* Between the files of the 9P server; nobody else includes it. */
#ifndef DEVICES_9P_IMPL_H
#define DEVICES_9P_IMPL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "devices/9p.h"

/* --- Messages, 9p_message.c ------------------------------------------------- */

/* What is left of a request.  Once something is missing, bad stays set. */
struct p9_in {
	const u8 *at, *end;
	int bad;
};

/* Room left for the reply.  Once something does not fit, full stays set. */
struct p9_out {
	u8 *at, *end;
	int full;
};

struct p9_string {
	const char *s; /* not terminated */
	u16 len;
};

struct p9_qid {
	u8 type;
	u32 vers;
	u64 path;
};

u64 p9_get(struct p9_in *in, unsigned bytes);
struct p9_string p9_get_string(struct p9_in *in);
void p9_put(struct p9_out *out, u64 value, unsigned bytes);
void p9_put_string(struct p9_out *out, const char *s);
void p9_put_qid(struct p9_out *out, struct p9_qid qid);
/* As a C string: 0, or -EINVAL if too long or with a NUL in it. */
int p9_text(char *to, size_t size, struct p9_string s);
int p9_equal(struct p9_string a, const char *b);
const char *p9_error_text(int err);

/* --- Files, 9p_host.c ---------------------------------------------------------- */

/*
 * A file as found by a walk.  fd is O_PATH, so the file stays the same
 * whoever renames what; parent is what ".." means.
 */
struct p9_node {
	struct p9_node *next, *prev;
	struct p9_node *parent; /* NULL: the root */
	unsigned refs;
	int fd;
	int link;  /* the name is a symbolic link's, the rest its target's */
	dev_t dev; /* of the file */
	ino_t ino;
	mode_t type; /* S_IFMT part; S_IFLNK: a link that leads nowhere */
	dev_t ldev;  /* of what has the name: the link, or the file */
	ino_t lino;
	char *name;
};

/* Append-only and exclusive-use files; hosts have no such bits, so we remember. */
struct p9_mark {
	dev_t dev;
	ino_t ino;
	u32 bits; /* P9_DMAPPEND, P9_DMEXCL; 0: free */
};

struct p9_dir; /* an open directory's place, 9p_dir.c */

struct p9_fid {
	struct p9_fid *next; /* in its hash chain */
	u32 number;
	struct p9_node *node;
	int fd; /* of the open file; -1 */
	u8 open, mode, remove_on_close;
	struct p9_dir *dir;
};

#define P9_FID_HASH 1024
#define P9_MARKS    256
#define P9_DEVICES  255
#define P9_USER_MAX 64

struct p9 {
	int read_only;
	u32 msize; /* 0: no version agreed upon */
	char user[P9_USER_MAX];
	struct p9_node root;
	unsigned nnodes, nfids;
	struct p9_fid *fids[P9_FID_HASH];
	struct p9_mark marks[P9_MARKS];
	dev_t devices[P9_DEVICES]; /* st_dev by the number we gave it */
	unsigned ndevices;
};

#define P9_DMDIR    0x80000000u
#define P9_DMAPPEND 0x40000000u
#define P9_DMEXCL   0x20000000u
#define P9_DMTMP    0x04000000u

#define P9_QTDIR    0x80
#define P9_QTAPPEND 0x40
#define P9_QTEXCL   0x20

void p9_node_hold(struct p9_node *n);
void p9_node_drop(struct p9 *s, struct p9_node *n);
/* All return 0 or -errno; *to is the caller's to drop. */
int p9_node_walk(struct p9 *s, struct p9_node *from, const char *name, struct p9_node **to);
int p9_node_stat(const struct p9_node *n, struct stat *st);
/* What a directory's entry is, links being their targets. */
int p9_entry_stat(struct p9 *s, const struct p9_node *dir, const char *name, struct stat *st);
/* A real descriptor of the same file, or -errno. */
int p9_node_open(struct p9 *s, const struct p9_node *n, int flags);
int p9_node_create(struct p9 *s, const struct p9_node *dir, const char *name, int flags,
		   mode_t mode);
int p9_node_remove(struct p9 *s, const struct p9_node *n);
int p9_node_rename(struct p9 *s, struct p9_node *n, const char *name);
int p9_node_chmod(struct p9 *s, const struct p9_node *n, mode_t mode);
int p9_good_name(const char *name);

u32 p9_marks(const struct p9 *s, dev_t dev, ino_t ino);
int p9_mark(struct p9 *s, dev_t dev, ino_t ino, u32 bits);

/* --- Status and directories, 9p_stat.c, 9p_dir.c ---------------------------------- */

struct p9_qid p9_qid_of(struct p9 *s, const struct stat *st);
/* A whole entry, or nothing and full set. */
void p9_put_stat(struct p9 *s, struct p9_out *out, const char *name, const struct stat *st);
int p9_wstat(struct p9 *s, struct p9_fid *f, struct p9_in *in);
/* Entries from offset on, whole ones, into out.  0 or -errno. */
int p9_dir_read(struct p9 *s, struct p9_fid *f, u64 offset, struct p9_out *out);

/* --- Fids, 9p_fid.c ------------------------------------------------------------------ */

struct p9_fid *p9_fid_find(const struct p9 *s, u32 number);
/* With a node of which it takes over the caller's hold.  NULL: no memory. */
struct p9_fid *p9_fid_new(struct p9 *s, u32 number, struct p9_node *n);
void p9_fid_drop(struct p9 *s, struct p9_fid *f);
void p9_fid_drop_all(struct p9 *s);
int p9_fid_is_open(const struct p9 *s, dev_t dev, ino_t ino);
/* Open the file for 9P's mode; create it first. */
int p9_fid_open(struct p9 *s, struct p9_fid *f, u8 mode);
int p9_fid_create(struct p9 *s, struct p9_fid *f, const char *name, u32 perm, u8 mode);

#endif
