/* SPDX-License-Identifier: MIT */
/*
 * L:450 --share: directories for the guest.
 *
 * Each has a server of its own, started before anything of the guest is
 * known; devices/9p_process.c says what it is left with.
 */
#include "launcher/share.h"

#include <errno.h>
#include <string.h>

#include "launcher/guest.h"

static const char *remedy(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
		return "name an existing directory";
	case -EACCES:
		return "choose one you may read";
	case -EMFILE:
	case -ENFILE:
		return "raise ulimit -n";
	}
	return "lguest preflight says what this machine lacks";
}

static void note_missing(const struct share *sh, const char *layer, unsigned err)
{
	if (err)
		log_info("sandbox layer missing for share %s: %s: %s", sh->tag, layer,
			 strerror((int)err));
}

int shares_open(struct share shares[SHARES_MAX], const struct options *o, struct complaint *c)
{
	unsigned i;

	for (i = 0; i < o->nshares; i++) {
		const struct share_option *so = &o->shares[i];
		const char *what = "";
		int err;

		if (so->net)
			err = hostnet_start(&shares[i], &so->setup, so->tag, guest_from_parcel,
					    guest_forget, &what);
		else
			err = share_start(&shares[i], so->dir, so->read_only, so->tag,
					  guest_from_parcel, guest_forget, &what);

		if (err)
			return complain(c, err, "--share %s: %s: %s: %s", so->dir, what,
					strerror(-err), remedy(err));
		note_missing(&shares[i], "chroot", shares[i].missing.chroot);
		note_missing(&shares[i], "Landlock", shares[i].missing.landlock);
		note_missing(&shares[i], "seccomp", shares[i].missing.seccomp);
	}
	return 0;
}

void shares_close(struct share *shares, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (shares[i].tag[0]) /* else it never started */
			share_stop(&shares[i]);
}
