/* SPDX-License-Identifier: MIT */
/*
 * D:780 The tree of files, and what they are called.
 *
 *	/	cs dns ndb arp iproute ipselftab ipifc/ tcp/ udp/ etherN/
 *	tcp/	clone stats 0/ 1/ ...
 *	tcp/N/	ctl data err listen local remote status
 *	ipifc/N/status	etherN/addr
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet_impl.h"

static const struct entry {
	u8 parent, kind, proto;
	u16 mode;
	const char *name;
} entries[] = {
	{ HN_ROOT, HN_ARP, 0, 0444, "arp" },
	{ HN_ROOT, HN_CS, 0, 0666, "cs" },
	{ HN_ROOT, HN_DNS, 0, 0666, "dns" },
	{ HN_ROOT, HN_IFCS, 0, 0555, "ipifc" },
	{ HN_ROOT, HN_IPROUTE, 0, 0444, "iproute" },
	{ HN_ROOT, HN_IPSELFTAB, 0, 0444, "ipselftab" },
	{ HN_ROOT, HN_NDB, 0, 0444, "ndb" },
	{ HN_ROOT, HN_PROTO, HN_TCP, 0555, "tcp" },
	{ HN_ROOT, HN_PROTO, HN_UDP, 0555, "udp" },
	{ HN_PROTO, HN_CLONE, 0, 0666, "clone" },
	{ HN_PROTO, HN_STATS, 0, 0444, "stats" },
	{ HN_CONV, HN_CTL, 0, 0660, "ctl" },
	{ HN_CONV, HN_DATA, 0, 0660, "data" },
	{ HN_CONV, HN_ERR, 0, 0440, "err" },
	{ HN_CONV, HN_LISTEN, 0, 0660, "listen" },
	{ HN_CONV, HN_LOCAL, 0, 0444, "local" },
	{ HN_CONV, HN_REMOTE, 0, 0444, "remote" },
	{ HN_CONV, HN_STATUS, 0, 0444, "status" },
	{ HN_IFC, HN_IFSTATUS, 0, 0444, "status" },
	{ HN_ETHER, HN_ETHERADDR, 0, 0444, "addr" },
};

#define NENTRIES (sizeof(entries) / sizeof(entries[0]))

int hn_is_dir(struct hn_file f)
{
	return f.kind == HN_ROOT || f.kind == HN_IFCS || f.kind == HN_IFC || f.kind == HN_ETHER ||
	       f.kind == HN_PROTO || f.kind == HN_CONV;
}

static const struct entry *entry_of(struct hn_file f)
{
	size_t i;

	for (i = 0; i < NENTRIES; i++)
		if (entries[i].kind == f.kind &&
		    (f.kind != HN_PROTO || entries[i].proto == f.proto))
			return &entries[i];
	return NULL;
}

unsigned hn_file_mode(struct hn_file f)
{
	const struct entry *e = entry_of(f);

	return e ? e->mode : 0555;
}

struct p9_qid hn_qid(const struct hostnet *h, struct hn_file f)
{
	(void)h;
	return (struct p9_qid){ .type = hn_is_dir(f) ? P9_QTDIR : 0,
				.path = (u64)f.n << 16 | (u64)f.proto << 8 | f.kind };
}

/* --- D:781 Names ----------------------------------------------------------------- */

static void name_of(struct hn_file f, char buf[24])
{
	const struct entry *e = entry_of(f);

	if (f.kind == HN_CONV || f.kind == HN_IFC)
		snprintf(buf, 24, "%u", f.n);
	else if (f.kind == HN_ETHER)
		snprintf(buf, 24, "ether%u", f.n);
	else
		snprintf(buf, 24, "%s", e ? e->name : "/");
}

/* Where ".." leads. */
static struct hn_file parent_of(struct hn_file f)
{
	const struct entry *e = entry_of(f);
	struct hn_file up = { HN_ROOT, 0, 0 };

	if (f.kind == HN_CONV)
		return (struct hn_file){ HN_PROTO, f.proto, 0 };
	if (f.kind == HN_IFC)
		return (struct hn_file){ HN_IFCS, 0, 0 };
	if (!e || e->parent == HN_ROOT)
		return up;
	return (struct hn_file){ e->parent, f.proto, f.n };
}

static int is_there(const struct hostnet *h, struct hn_file f)
{
	switch (f.kind) {
	case HN_CONV:
		return hn_conv_find(h, f) != NULL;
	case HN_IFC:
		return f.n < hn_ifcs();
	case HN_ETHER:
		return hn_ifc_ether(f.n);
	}
	return 1;
}

/* A number without signs and zeros in front of it. */
static int number(u16 *n, const char *text)
{
	if (hn_parse_port(n, text) || (text[0] == '0' && text[1]))
		return -ENOENT;
	return 0;
}

static int walk_numbered(const struct hostnet *h, struct hn_file *f, const char *name)
{
	struct hn_file to = { HN_CONV, f->proto, 0 };

	if (f->kind == HN_IFCS)
		to.kind = HN_IFC;
	else if (f->kind == HN_ROOT && !strncmp(name, "ether", 5)) {
		to.kind = HN_ETHER;
		name += 5;
	} else if (f->kind != HN_PROTO)
		return -ENOENT;
	if (number(&to.n, name) || !is_there(h, to))
		return -ENOENT;
	*f = to;
	return 0;
}

int hn_walk(const struct hostnet *h, struct hn_file *f, const char *name)
{
	size_t i;

	if (!hn_is_dir(*f))
		return -ENOTDIR;
	if (!strcmp(name, "..")) {
		*f = parent_of(*f);
		return 0;
	}
	for (i = 0; i < NENTRIES; i++)
		if (entries[i].parent == f->kind && !strcmp(entries[i].name, name)) {
			f->kind = entries[i].kind;
			if (f->kind == HN_PROTO)
				f->proto = entries[i].proto;
			return 0;
		}
	return walk_numbered(h, f, name);
}

/* --- D:782 stat and directories -------------------------------------------------------- */

void hn_stat(struct hostnet *h, struct p9_out *out, struct hn_file f)
{
	const struct hn_conv *c = f.kind >= HN_CONV ? hn_conv_find(h, f) : NULL;
	const char *owner = c && c->refs ? c->owner : "network";
	struct p9_out size = *out;
	char name[24];

	name_of(f, name);
	p9_put(out, 0, 2);
	p9_put(out, 'I', 2);
	p9_put(out, 0, 4);
	p9_put_qid(out, hn_qid(h, f));
	p9_put(out, hn_file_mode(f) | (hn_is_dir(f) ? P9_DMDIR : 0), 4);
	p9_put(out, h->start, 4);
	p9_put(out, h->start, 4);
	p9_put(out, 0, 8);
	p9_put_string(out, name);
	p9_put_string(out, owner);
	p9_put_string(out, "network");
	p9_put_string(out, owner);
	if (!out->full)
		p9_put(&size, (u64)(out->at - size.at) - 2, 2);
}

/* The i'th file of a directory: 1, or 0 and there are no more; -1: none here. */
static int child(struct hostnet *h, struct hn_file dir, unsigned i, struct hn_file *f)
{
	size_t k;

	for (k = 0; k < NENTRIES; k++) {
		if (entries[k].parent != dir.kind || i--)
			continue;
		*f = (struct hn_file){ entries[k].kind, dir.proto, dir.n };
		if (f->kind == HN_PROTO)
			f->proto = entries[k].proto;
		return 1;
	}
	*f = (struct hn_file){ HN_CONV, dir.proto, (u16)i };
	if (dir.kind == HN_PROTO)
		return i >= HN_CONVS ? 0 : is_there(h, *f) ? 1 : -1;
	if (dir.kind != HN_IFCS && dir.kind != HN_ROOT)
		return 0;
	f->kind = dir.kind == HN_IFCS ? HN_IFC : HN_ETHER;
	return i >= hn_ifcs() ? 0 : is_there(h, *f) ? 1 : -1;
}

/* A place in a directory is the number of bytes before it, as a client has read them. */
int hn_read_dir(struct hostnet *h, struct hn_file dir, u64 offset, struct p9_out *out)
{
	u8 entry[256];
	u64 at = 0;
	unsigned i;
	int have;

	for (i = 0;; i++) {
		struct hn_file f;
		struct p9_out one = { entry, entry + sizeof(entry), 0 };
		size_t len;

		have = child(h, dir, i, &f);
		if (!have)
			return 0;
		if (have < 0)
			continue;
		hn_stat(h, &one, f);
		len = (size_t)(one.at - entry);
		if (at >= offset) {
			if (len > (size_t)(out->end - out->at))
				return 0;
			memcpy(out->at, entry, len);
			out->at += len;
		}
		at += len;
	}
}
