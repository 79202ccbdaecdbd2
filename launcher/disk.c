/* SPDX-License-Identifier: MIT */
/*
 * L:490 --disk: disks for the guest.
 *
 * They are opened before anything of the guest is known, and outlive its
 * restarts.  What can be behind one is in devices/block_*.c.
 */
#include "launcher/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- L:492 The option ----------------------------------------------------------- */

static const struct {
	const char *name;
	enum store_op op;
} fault_names[] = {
	{ "read", STORE_READ },	      { "write", STORE_WRITE }, { "flush", STORE_FLUSH },
	{ "discard", STORE_DISCARD }, { "zero", STORE_ZERO },
};

static int parse_number(const char **p, u64 *n)
{
	char *end;

	if (**p < '0' || **p > '9')
		return -EINVAL;
	errno = 0;
	*n = strtoull(*p, &end, 10);
	*p = end;
	return errno ? -EINVAL : 0;
}

/* OP[@FIRST[-LAST]], in sectors of 512 bytes. */
static int parse_fault(struct disk_option *d, const char *text)
{
	size_t len = strcspn(text, "@"), i;
	struct block_fault f = { STORE_READ, 0, UINT64_MAX };
	const char *p = text + len;

	if (d->nfaults == BLOCK_FAULTS)
		return -EINVAL;
	for (i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]); i++)
		if (strlen(fault_names[i].name) == len && !memcmp(fault_names[i].name, text, len))
			break;
	if (i == sizeof(fault_names) / sizeof(fault_names[0]))
		return -EINVAL;
	f.op = fault_names[i].op;
	if (*p == '@') {
		p++;
		if (parse_number(&p, &f.first))
			return -EINVAL;
		f.last = f.first;
		if (*p == '-' && (p++, parse_number(&p, &f.last)))
			return -EINVAL;
	}
	if (*p || f.last < f.first)
		return -EINVAL;
	d->fault[d->nfaults++] = f;
	return 0;
}

/* 1: not one of ours, so it belongs to the path. */
static int take_word(struct disk_option *d, const char *word)
{
	if (!strcmp(word, "ro")) {
		d->read_only = 1;
	} else if (!strcmp(word, "cow")) {
		d->cow = 1;
	} else if (!strncmp(word, "cow=", 4)) {
		if (!word[4])
			return -EINVAL;
		d->cow = 1;
		strcpy(d->cow_path, word + 4);
	} else if (!strncmp(word, "error=", 6)) {
		return parse_fault(d, word + 6);
	} else {
		return 1;
	}
	return 0;
}

/* The words behind the last commas; other commas are the path's own. */
static int take_words(struct disk_option *d)
{
	char *comma;

	while ((comma = strrchr(d->path, ',')) != NULL) {
		int r = take_word(d, comma + 1);

		if (r)
			return r < 0 ? r : 0;
		*comma = 0;
	}
	return 0;
}

int disk_parse(struct disk_option *d, const char *value, struct complaint *c)
{
	memset(d, 0, sizeof(*d));
	if (strlen(value) >= sizeof(d->path))
		return complain(c, -EINVAL, "--disk: %.40s...: too long a name", value);
	strcpy(d->path, value);
	if (take_words(d) || !*d->path)
		return complain(c, -EINVAL,
				"--disk %s: not a disk: PATH[,ro|,cow|,cow=FILE]"
				"[,error=read|write|flush|discard|zero[@SECTOR[-SECTOR]]]",
				value);
	if (d->read_only && d->cow)
		return complain(c, -EINVAL, "--disk %s: ro and cow: choose one", value);
	return 0;
}

/* --- L:494 Opening --------------------------------------------------------------- */

void disk_set_id(struct block *b, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash && slash[1] ? slash + 1 : path;
	size_t i, n = strlen(name);

	if (n > BLOCK_ID)
		n = BLOCK_ID;
	memset(b->id, 0, sizeof(b->id));
	for (i = 0; i < n; i++)
		b->id[i] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '_';
}

static int open_one(struct block *b, const struct disk_option *o, struct store_why *why)
{
	int (*open)(struct store **, const char *, int, struct store_why *) =
		store_is_nbd(o->path) ? nbd_open : raw_open;
	int err;

	err = open(&b->store, o->path, o->read_only || o->cow, why);
	if (!err && o->cow)
		err = cow_open(&b->store, b->store, o->cow_path[0] ? o->cow_path : NULL, why);
	if (err)
		b->store = NULL;
	return err;
}

int disks_open(struct block disks[DISKS_MAX], const char *const *options, unsigned n,
	       struct complaint *c)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		struct store_why why = { "" };
		struct disk_option o;
		int err = disk_parse(&o, options[i], c);

		if (err)
			return err;
		err = open_one(&disks[i], &o, &why);
		if (err)
			return complain(c, err, "--disk: %s", why.text);
		if (why.text[0])
			log_warn("--disk: %s", why.text);
		disk_set_id(&disks[i], o.path);
		memcpy(disks[i].fault, o.fault, sizeof(o.fault));
		disks[i].nfaults = o.nfaults;
	}
	return 0;
}

void disks_close(struct block disks[DISKS_MAX])
{
	unsigned i;

	for (i = 0; i < DISKS_MAX && disks[i].store; i++) {
		struct store_io flush = { STORE_FLUSH, 0, 0, NULL, 0, 0 };

		/* Its worker hangs in the host, on a disk that does not answer. */
		if (disks[i].device && disks[i].device->worker) {
			log_error("disk %s: does not answer: what the guest wrote last may be lost",
				  disks[i].id);
			continue;
		}
		if (store_one(disks[i].store, &flush))
			log_error("disk %s: %s: what the guest wrote last may be lost", disks[i].id,
				  strerror(-flush.err));
		store_close(disks[i].store);
		disks[i].store = NULL;
	}
}
