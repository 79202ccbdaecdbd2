/* SPDX-License-Identifier: MIT */
/* The process behind --share net, as the Launcher sees it. */
#ifndef DEVICES_HOSTNET_PROCESS_H
#define DEVICES_HOSTNET_PROCESS_H

#include "devices/9p_share.h"
#include "devices/hostnet.h"

/* What the user asked for. */
struct hostnet_setup {
	struct hn_rules rules;
	char dns[64]; /* ADDR[!PORT] of a server to ask; "": the host's way */
};

/* As share_start. */
int hostnet_start(struct share *sh, const struct hostnet_setup *setup, const char *tag,
		  guest_unpack *unpack, guest_drop *drop, const char **what);

/* Files are out of reach from here on; hostnet_sandbox.c */
void hostnet_sandbox(struct share_hello *missing);
/* The resolver reads files, and changes none. */
void hostnet_resolver_confine(void);
void hostnet_resolver_seccomp(void);

#endif
