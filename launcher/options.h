/* SPDX-License-Identifier: MIT */
/* The command line of "lguest run" as a structure. */
#ifndef LAUNCHER_OPTIONS_H
#define LAUNCHER_OPTIONS_H

#include <limits.h>
#include <stdio.h>

#include "devices/9p_share.h"
#include "devices/hostnet_process.h"
#include "host/lguest.h"
#include "launcher/abi.h"
#include "launcher/disk.h"
#include "launcher/log.h"
#include "launcher/net.h"

#define OPTIONS_DEFAULT_RAM (64u << 20)
#define SERIALS_MAX	    4

struct share_option {
	char dir[PATH_MAX];
	char tag[SHARE_TAG_MAX + 1];
	int read_only;
	int net; /* not a directory, but the network */
	struct hostnet_setup setup;
};

struct options {
	u32 ram_bytes;
	const char *cmdline; /* -p, or "" */
	const char *initrd;  /* or NULL */
	const char *name;    /* --name, or NULL */
	const char *console; /* "stdio", "pty", "socket=PATH", "none" */
	const char *serials[SERIALS_MAX]; /* "pty", "socket=PATH", "file=PATH" */
	unsigned nserials;
	const char *trace; /* or NULL */
	u64 timeout_ns;	     /* 0 = none */
	u32 force_base;
	struct abi_option abi;
	int doctor;
	const char *gdb; /* --gdb: "" is the default address; or NULL */
	int wait_gdb;
	const char *dump; /* or NULL */
	int unpack; /* a bzImage, also if it could itself */
	int no_patch;
	struct share_option shares[SHARES_MAX];
	unsigned nshares;
	struct net_option nets[NETS_MAX];
	unsigned nnets;
	const char *disks[DISKS_MAX];
	unsigned ndisks;
	enum log_level level;
	int help;
	const char *kernel;
	char **args; /* after "--"; NULL-terminated, or NULL */
};

/* Parse what follows "run".  0 or -EINVAL. */
int options_parse(struct options *o, int argc, char **argv, struct complaint *c);
void options_help(FILE *to);

/* A file name in the guest: 0 or -EINVAL. */
int options_tag(struct share_option *s, const char *tag, size_t len);
/* --share net and what may follow it; hostnet.c.  0, or -EINVAL and a complaint. */
int hostnet_wanted(const char *value);
int hostnet_option(struct share_option *s, const char *value, struct complaint *c);

/* "64M": 0 or -EINVAL, -ERANGE.  No suffix: bytes. */
int options_size(const char *text, u64 *bytes);
/* "1.5" seconds: 0 or -EINVAL, -ERANGE. */
int options_seconds(const char *text, u64 *ns);

#endif
