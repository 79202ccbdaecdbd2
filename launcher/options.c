/* SPDX-License-Identifier: MIT */
/*
 * L:110 What the user wants.
 *
 * One table says everything about an option: its names, its argument, the
 * help text, the function that takes it.  --help prints the table, so the
 * two cannot disagree; options_parse.c reads the command line by it.
 */
#include "launcher/options_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/rundir.h"

int options_size(const char *text, u64 *bytes)
{
	unsigned shift = 0;
	char *end;
	u64 n;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno)
		return -ERANGE;
	switch (*end) {
	case 'k':
	case 'K':
		shift = 10;
		break;
	case 'm':
	case 'M':
		shift = 20;
		break;
	case 'g':
	case 'G':
		shift = 30;
		break;
	}
	if (shift)
		end++;
	if (*end)
		return -EINVAL;
	if (n > UINT64_MAX >> shift)
		return -ERANGE;
	*bytes = n << shift;
	return 0;
}

int options_seconds(const char *text, u64 *ns)
{
	u64 n = 0, unit = 1000000000;
	const char *p = text;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (u64)(*p - '0');
		if (n > 1000000000) /* 31 years; keeps n * unit in range */
			return -ERANGE;
	}
	n *= unit;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++) {
			unit /= 10;
			n += (u64)(*p - '0') * unit;
		}
	if (*p)
		return -EINVAL;
	*ns = n;
	return 0;
}

static int parse_ram(struct options *o, const char *value, struct complaint *c)
{
	u64 n;
	int err = options_size(value, &n);

	if (err == -EINVAL)
		return complain(c, err, "-m %s: not a size: write a number and K, M or G, like 64M",
				value);
	if (err || n > LG_MAX_RAM)
		return complain(c, -EINVAL,
				"-m %s: too much: a guest can have at most %uM (0x%x bytes)", value,
				LG_MAX_RAM >> 20, LG_MAX_RAM);
	if (n == 0)
		return complain(c, -EINVAL, "-m %s: a guest needs memory: try -m 64M", value);
	if (n % LG_PAGE_SIZE)
		return complain(c, -EINVAL,
				"-m %s: not a multiple of the page size (4096 bytes):"
				" write K, M or G behind the number, like 64M",
				value);
	o->ram_bytes = (u32)n;
	return 0;
}

static int parse_cmdline(struct options *o, const char *value, struct complaint *c)
{
	(void)c;
	o->cmdline = value;
	return 0;
}

static int parse_initrd(struct options *o, const char *value, struct complaint *c)
{
	(void)c;
	o->initrd = value;
	return 0;
}

static int parse_console(struct options *o, const char *value, struct complaint *c)
{
	if (strcmp(value, "stdio") && strcmp(value, "pty") && strcmp(value, "none") &&
	    (strncmp(value, "socket=", 7) || !value[7]))
		return complain(c, -EINVAL,
				"--console %s: no such console:"
				" use stdio, pty, socket=PATH or none",
				value);
	o->console = value;
	return 0;
}

static int parse_name(struct options *o, const char *value, struct complaint *c)
{
	if (!rundir_good_name(value))
		return complain(
			c, -EINVAL,
			"--name %s: not a name: use 1 to %d letters, digits, . _ -, no . first",
			value, GUEST_NAME_MAX);
	o->name = value;
	return 0;
}

static int parse_serial(struct options *o, const char *value, struct complaint *c)
{
	if (strcmp(value, "pty") && (strncmp(value, "socket=", 7) || !value[7]) &&
	    (strncmp(value, "file=", 5) || !value[5]))
		return complain(c, -EINVAL,
				"--serial %s: no such line: use pty, socket=PATH or file=PATH",
				value);
	if (o->nserials == SERIALS_MAX)
		return complain(c, -EINVAL, "--serial %s: one too many: at most %d", value,
				SERIALS_MAX);
	o->serials[o->nserials++] = value;
	return 0;
}

static int parse_timeout(struct options *o, const char *value, struct complaint *c)
{
	int err = options_seconds(value, &o->timeout_ns);

	if (err || !o->timeout_ns)
		return complain(c, -EINVAL,
				"--timeout %s: not a time:"
				" write seconds, like 10 or 0.5",
				value);
	return 0;
}

static int parse_trace(struct options *o, const char *value, struct complaint *c)
{
	(void)c;
	o->trace = value;
	return 0;
}

static int parse_isolation(struct options *o, const char *value, struct complaint *c)
{
	(void)o;
	if (!strcmp(value, "shared"))
		return 0;
	if (!strcmp(value, "split"))
		return complain(c, -EINVAL, "--isolation split: not in this version: use shared");
	return complain(c, -EINVAL, "--isolation %s: no such isolation: use shared", value);
}

static int parse_base(struct options *o, const char *value, struct complaint *c)
{
	u64 n;

	if (options_size(value, &n) || (n != 0 && n != LG_BASE_SHIFT))
		return complain(c, -EINVAL, "--base %s: no such base: use 0 or 64K", value);
	o->force_base = (u32)n;
	return 0;
}

static int parse_no_patch(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->no_patch = 1;
	return 0;
}

static int parse_abi(struct options *o, const char *value, struct complaint *c)
{
	return abi_option_parse(&o->abi, value, c);
}

/* A file name in the guest. */
int options_tag(struct share_option *s, const char *tag, size_t len)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	memset(s->tag, 0, sizeof(s->tag));
	if (!len || len > SHARE_TAG_MAX || *tag == '.' || strspn(tag, good) < len)
		return -EINVAL;
	memcpy(s->tag, tag, len);
	return 0;
}

/* The words behind the last commas; other commas are the directory's own. */
static int take_share_words(struct share_option *s)
{
	char *comma;

	while ((comma = strrchr(s->dir, ',')) != NULL) {
		if (!strcmp(comma, ",ro"))
			s->read_only = 1;
		else if (strncmp(comma, ",tag=", 5))
			break;
		else if (options_tag(s, comma + 5, strlen(comma + 5)))
			return -EINVAL;
		*comma = 0;
	}
	return 0;
}

static int parse_share(struct options *o, const char *value, struct complaint *c)
{
	struct share_option *s = &o->shares[o->nshares];
	unsigned i;

	if (o->nshares == SHARES_MAX)
		return complain(c, -EINVAL, "--share %s: one too many: at most %d", value,
				SHARES_MAX);
	if (!*value || strlen(value) >= sizeof(s->dir))
		return complain(c, -EINVAL, "--share %s: not a directory: --share DIR[,ro][,tag=T]",
				value);
	memset(s, 0, sizeof(*s));
	strcpy(s->dir, value);
	strcpy(s->tag, "host");
	if (hostnet_wanted(value)) {
		if (hostnet_option(s, value, c))
			return -EINVAL;
	} else if (take_share_words(s))
		return complain(
			c, -EINVAL,
			"--share %s: not a tag: use 1 to %d letters, digits, . _ -, no . first",
			value, SHARE_TAG_MAX);
	for (i = 0; i < o->nshares; i++)
		if (!strcmp(o->shares[i].tag, s->tag))
			return complain(c, -EINVAL,
					"--share %s: there is a share %s already: add ,tag=NAME",
					value, s->tag);
	o->nshares++;
	return 0;
}

static int parse_net(struct options *o, const char *value, struct complaint *c)
{
	int err;

	if (o->nnets == NETS_MAX)
		return complain(c, -EINVAL, "--net %s: one too many: at most %d", value, NETS_MAX);
	err = net_option_parse(&o->nets[o->nnets], value, c);
	o->nnets += !err;
	return err;
}

static int parse_disk(struct options *o, const char *value, struct complaint *c)
{
	struct disk_option d;

	if (o->ndisks == DISKS_MAX)
		return complain(c, -EINVAL, "--disk %s: one too many: at most %d", value,
				DISKS_MAX);
	if (disk_parse(&d, value, c))
		return -EINVAL;
	o->disks[o->ndisks++] = value;
	return 0;
}

static int parse_doctor(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->doctor = 1;
	return 0;
}

static int parse_unpack(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->unpack = 1;
	return 0;
}

static int parse_dump(struct options *o, const char *value, struct complaint *c)
{
	(void)c;
	o->dump = value;
	return 0;
}

static int parse_gdb(struct options *o, const char *value, struct complaint *c)
{
	(void)c;
	o->gdb = value ? value : "";
	return 0;
}

static int parse_wait_gdb(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->wait_gdb = 1;
	if (!o->gdb)
		o->gdb = "";
	return 0;
}

static int parse_quiet(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->level = LOG_QUIET;
	return 0;
}

static int parse_verbose(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->level = LOG_VERBOSE;
	return 0;
}

static int parse_help(struct options *o, const char *value, struct complaint *c)
{
	(void)value, (void)c;
	o->help = 1;
	return 0;
}

const struct option options_table[] = {
	{ "memory", 'm', "SIZE", "guest memory, with K, M or G behind it (default 64M)",
	  parse_ram },
	{ "append", 'p', "TEXT", "kernel command line", parse_cmdline },
	{ "initrd", 'i', "FILE", "ramdisk, put at the top of memory", parse_initrd },
	{ "name", 0, "NAME",
	  "what lguest ps, info, stop and console call it (default: the kernel's)", parse_name },
	{ "console", 0, "KIND", "stdio (default), pty, socket=PATH, or none: lguest console NAME",
	  parse_console },
	{ "serial", 0, "KIND", "one more line: pty, socket=PATH or file=PATH; several times",
	  parse_serial },
	{ "disk", 0, "PATH", "a disk: file, device, nbd URI; PATH[,ro|,cow|,cow=FILE], several times",
	  parse_disk },
	{ "share", 0, "DIR", "let the guest use this directory; DIR[,ro][,tag=T], several times",
	  parse_share },
	{ "share", 0, "net", "the host's network as files; net[,allow=RULE][,deny=RULE][,dns=A]",
	  parse_share },
	{ "net", 0, "KIND", "a network card: user[,fwd=PORT], socket=PATH, tap=NAME, share=FILE; several times",
	  parse_net },
	{ "timeout", 0, "SECONDS", "stop the guest after this time, exit status 124",
	  parse_timeout },
	{ "trace", 0, "FILE", "write what the Host does to FILE", parse_trace },
	{ "doctor", 0, NULL, "look for mistakes of the guest while it runs, and say so", parse_doctor },
	{ "dump", 0, "FILE", "write an ELF core for gdb to FILE if the guest crashes or --timeout ends it",
	  parse_dump },
	{ "gdb", 0, "[=ADDRESS]", "serve gdb at PORT, ADDRESS:PORT or a path (default 127.0.0.1:1234)",
	  parse_gdb },
	{ "wait-gdb", 0, NULL, "with --gdb: hold the guest before its first instruction",
	  parse_wait_gdb },
	{ "isolation", 0, "KIND", "shared: kernel and user in one process (the only one yet)",
	  parse_isolation },
	{ "base", 0, "0|64K", "64K: every page directory in segments with this base (for tests)",
	  parse_base },
	{ "abi", 0, "VERSION", "of an old kernel: 2.6.23, .24, .25, .31, 3.2 or 4.0[,pae] (default: find out)",
	  parse_abi },
	{ "no-patch", 0, NULL, "leave system call stubs of user programs as they are",
	  parse_no_patch },
	{ "unpack", 0, NULL, "take the kernel out of a bzImage instead of letting it do so itself",
	  parse_unpack },
	{ "quiet", 'q', NULL, "errors only", parse_quiet },
	{ "verbose", 'v', NULL, "say more, for example which sandbox layers are missing",
	  parse_verbose },
	{ "help", 'h', NULL, "this text", parse_help },
};

const size_t options_count = sizeof(options_table) / sizeof(options_table[0]);
