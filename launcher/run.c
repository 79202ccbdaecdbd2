/* SPDX-License-Identifier: MIT */
/*
 * L:700 lguest run.
 *
 * Everything that can be refused is checked first and everything that must
 * be opened is opened; then the guest gets its memory and starts; then we give
 * up what rights we can and serve it until it ends.
 */
#include "launcher/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/doctor.h"
#include "launcher/sandbox.h"
#include "launcher/session.h"

/*
 * L:710 "nine" is where the user says, or beside lguest, as in out/, or where
 * "make install" puts it (a directory is no kernel).
 */
static const char *find_kernel(const char *name, char *buf, size_t size)
{
	static const char *const places[] = { "", "../lib/lguest/" };
	struct stat st;
	char *slash;
	ssize_t n;

	if (strchr(name, '/') || (!stat(name, &st) && !S_ISDIR(st.st_mode)))
		return name;
	n = readlink("/proc/self/exe", buf, size - 1);
	if (n < 0)
		return name;
	buf[n] = 0;
	slash = strrchr(buf, '/');
	for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		size_t room = size - (size_t)(slash + 1 - buf);

		if ((size_t)snprintf(slash + 1, room, "%s%s", places[i], name) < room &&
		    access(buf, F_OK) == 0)
			return buf;
	}
	return name;
}

/* --- L:720 Start --------------------------------------------------------------- */

static int same_file(const char *a, const char *b)
{
	struct stat x, y;

	return a && b && !stat(a, &x) && !stat(b, &y) && S_ISREG(x.st_mode) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Opening the trace empties it: not what the guest is made of. */
static int open_trace(struct session *s, const char *path, struct complaint *c)
{
	struct options *o = &s->options;

	if (same_file(o->trace, path) || same_file(o->trace, o->initrd))
		return complain(c, -EINVAL,
				"--trace %s: that is what is to boot: choose another file",
				o->trace);
	return trace_open(&s->trace, o->trace, c);
}

static int open_dump(struct session *s, const char *path, struct complaint *c)
{
	struct options *o = &s->options;

	if (same_file(o->dump, path) || same_file(o->dump, o->initrd))
		return complain(c, -EINVAL,
				"--dump %s: that is what is to boot: choose another file", o->dump);
	return dump_open(&s->dump, o->dump, c);
}

/* Others may yet turn out to need one: they hear of it then. */
static int place_start_map(struct session *s, struct complaint *c)
{
	start_map_place(&s->start_map, &s->boot, &s->image);
	if (!abi_starts_paged(&s->abi) || s->start_map.pages)
		return 0;
	return complain(c, -EINVAL,
			"%s: no room for page tables at the top of memory: give the guest more with -m",
			s->image.name);
}

static int prepare(struct session *s, struct complaint *c)
{
	struct options *o = &s->options;
	const char *path = find_kernel(o->kernel, s->kernel_path, sizeof(s->kernel_path));
	int err;

	err = process_limits(c);
	/* First, so that the servers know nothing of what follows. */
	if (!err)
		err = shares_open(s->shares, o, c);
	if (!err)
		err = nets_open(s->nets, o->nets, o->nnets, c);
	if (!err)
		err = disks_open(s->disks, o->disks, o->ndisks, c);
	if (!err)
		err = image_open(&s->image, o->kernel, path, o->unpack, o->ram_bytes, c);
	if (!err)
		err = boot_prepare(&s->boot, &s->image, o->cmdline, o->args, o->initrd,
				   o->ram_bytes, c);
	if (!err)
		err = abi_choose(&s->abi, &o->abi, &s->image, c);
	if (!err)
		err = place_start_map(s, c);
	if (!err)
		err = backend_open(&s->backend, "--console", o->console, c);
	if (!err)
		err = serials_open(s->serials, o, c);
	if (!err)
		err = open_trace(s, path, c);
	if (!err)
		err = trace_about(&s->trace, path, s->image.fd, c);
	if (!err)
		err = open_dump(s, path, c);
	if (!err)
		err = gdb_server_open(&s->gdb, o->gdb, o->wait_gdb, c);
	if (!err)
		err = control_open(&s->control, o, path, &s->tap, c);
	if (!err) {
		s->timeout_fd = process_timeout(o->timeout_ns);
		if (o->timeout_ns && s->timeout_fd < 0)
			err = complain(c, -errno, "--timeout: timerfd: %s: leave it out",
				       strerror(errno));
	}
	return err;
}

static int fill_memory(struct session *s, struct lg *lg, struct complaint *c)
{
	u32 page = s->image.native ? s->image.note.hcall_page : 0;
	int err = image_load(&s->image, lg, c);
	unsigned i;

	if (!err)
		err = boot_load(&s->boot, lg, c);
	if (!err && abi_starts_paged(&s->abi))
		lg_start_paged(lg, start_map_build(&s->start_map, lg, s->abi.page_offset),
			       s->abi.page_offset);
	s->loop.abi = &s->abi;
	s->loop.start_map = &s->start_map;
	if (!err && page)
		lg_fill_hcall_page(lg_memory(lg, page, LG_PAGE_SIZE));
	s->loop.shares = s->shares;
	s->loop.nshares = s->options.nshares;
	s->loop.nets = s->nets;
	s->loop.nnets = s->options.nnets;
	s->loop.disks = s->disks;
	s->loop.ndisks = s->options.ndisks;
	if (!err && loop_init(&s->loop, lg, s->options.ram_bytes, &s->console))
		err = -ENOSPC;
	for (i = 0; i < s->options.nserials && !err; i++)
		if (!serial_attach(&s->serials[i], &s->loop.devices))
			err = -ENOSPC;
	if (err == -ENOSPC)
		err = complain(c, -ENOSPC, "too many devices: no more %s: use fewer",
			       s->loop.devices.full);
	return err;
}

static const char *memory_remedy(int err)
{
	switch (err) {
	case -EFBIG:
		return "raise ulimit -f";
	case -EMFILE:
	case -ENFILE:
		return "raise ulimit -n";
	case -EPERM:
	case -ENOSYS:
	case -EACCES:
		return "lguest preflight says what this machine lacks";
	}
	return "try a smaller -m";
}

/* A new guest, running.  0 or -errno. */
static int start_guest(struct session *s, struct lg **lgp, struct complaint *c)
{
	struct options *o = &s->options;
	struct lg_config config = { .ram_bytes = o->ram_bytes,
				    .no_patch = o->no_patch || o->gdb, /* gdb sees what was linked */
				    .force_base = o->force_base,
				    .tracing = o->trace != NULL,
				    .doctor = o->doctor,
				    .generations = s->abi.generations,
				    .pae = o->abi.pae };
	const char *what = "";
	int err;

	s->loop.dma.on = abi_starts_paged(&s->abi);
	err = dma_check_options(o, s->loop.dma.on, c);
	if (err)
		return err;
	err = lg_create(lgp, &config, &what);
	if (err < 0)
		return complain(c, err, "cannot make the guest's memory (0x%x bytes): %s: %s: %s",
				o->ram_bytes, what, strerror(-err), memory_remedy(err));
	err = fill_memory(s, *lgp, c);
	if (!err && s->gdb.gdb)
		gdb_guest(s->gdb.gdb, *lgp, s->gdb.wait);
	if (!err) {
		err = lg_start(*lgp, s->abi.entry, s->image.native ? &s->image.note : NULL,
			       &what);
		if (err < 0)
			complain(c, err,
				 "cannot start the guest: %s: %s:"
				 " lguest preflight says what this machine lacks",
				 what, strerror(-err));
	}
	if (err < 0) {
		/* Some devices may be at work already: they use its memory. */
		if (loop_stop_workers(&s->loop))
			s->stuck = 1; /* we exit now, and they with us */
		else
			lg_destroy(*lgp);
	}
	return err;
}

/* One line each. */
static void log_missing_layers(const char *layers)
{
	while (layers && *layers) {
		size_t len = strcspn(layers, "\n");

		log_info("sandbox layer missing: %.*s", (int)len, layers);
		layers += len + (layers[len] == '\n');
	}
}

/*
 * After the first start, so that the guest's processes are not born with
 * blocked signals, and already run while we still prepare.
 */
static int take_over(struct session *s, struct lg *lg, struct complaint *c)
{
	const char *sockets[4 + NETS_MAX + SERIALS_MAX];
	unsigned i, n = 0;

	s->signal_fd = process_signals();
	if (s->signal_fd < 0)
		return complain(c, -errno, "signalfd: %s: raise ulimit -n", strerror(errno));
	process_file_errors();
	if (s->backend.kind->start)
		s->backend.kind->start(&s->backend);
	log_missing_layers(lg_missing_layers(lg));
	if (s->backend.inode)
		sockets[n++] = s->backend.path;
	if (s->control.inode)
		sockets[n++] = s->control.at.sun_path;
	if (s->dump.inode)
		sockets[n++] = s->dump.path;
	if (s->gdb.inode)
		sockets[n++] = s->gdb.at.sun_path;
	for (i = 0; i < s->options.nnets; i++)
		if (s->nets[i].share) /* in one directory, so one is enough */
			sockets[n++] = s->nets[i].share->prefix;
	for (i = 0; i < s->options.nserials; i++)
		if (s->serials[i].backend.inode)
			sockets[n++] = s->serials[i].backend.path;
	sandbox_launcher(sockets, n);
	s->confined = 1;
	return 0;
}

/* --- L:730 One guest ------------------------------------------------------------ */

/* From start to end; *restart if it wants to start again. */
static int one_guest(struct session *s, int *restart, struct complaint *c)
{
	struct lg *lg = NULL;
	enum loop_end why;
	int status;

	if (start_guest(s, &lg, c) < 0)
		return -1;
	if (!s->confined && take_over(s, lg, c) < 0) {
		lg_destroy(lg);
		return -1;
	}
	s->loop.backend = &s->backend;
	s->loop.image = &s->image;
	s->loop.tap = &s->tap;
	s->loop.control = &s->control;
	s->control.lg = lg;
	s->site = (struct plug_site){ &s->options, s->shares, s->disks, &s->loop };
	s->control.site = &s->site;
	s->loop.trace = &s->trace;
	s->loop.signal_fd = s->signal_fd;
	s->loop.timeout_fd = s->timeout_fd;
	s->control.profile = &s->loop.profile;
	profile_restart(&s->loop.profile);
	trace_restart(&s->trace, lg, s->control.name);
	s->loop.gdb = &s->gdb;
	s->gdb.timeout_fd = s->timeout_fd;
	s->gdb.image = (struct debug_image){ .path = s->image.path, .fd = s->image.fd };
	why = loop_run(&s->loop);
	status = end_status(s, lg, why, restart);
	doctor_summary(lg, &s->image);
	trace_end(&s->trace, lg);
	if (s->gdb.gdb)
		gdb_server_ends(&s->gdb, *restart ? -1 : status);
	s->control.lg = NULL;
	s->stuck = loop_stop_workers(&s->loop) != 0;
	if (s->stuck && !*restart) { /* a share's server can be ended */
		shares_close(s->shares, s->options.nshares);
		s->stuck = !devices_stop(&s->loop.devices);
	}
	if (!s->stuck) {
		lg_destroy(lg);
	} else if (*restart) { /* otherwise we exit now, and they with us */
		*restart = 0;
		status =
			complain(c, -1, "a device does not stop working: the guest cannot restart");
	}
	return status;
}

/* What workers serve is theirs as long as one of them is there: exit closes it. */
static void close_all(struct session *s)
{
	if (s->stuck) {
		log_error("a device does not stop working: what the guest wrote last may be lost");
	} else {
		disks_close(s->disks);
		serials_close(s->serials);
		nets_close(s->nets);
	}
	shares_close(s->shares, s->options.nshares);
	trace_close(&s->trace);
	profile_close(&s->loop.profile);
	tap_detach(&s->tap);
	control_close(&s->control);
	gdb_server_close(&s->gdb);
	dump_close(&s->dump);
	if (s->backend.kind)
		s->backend.kind->close(&s->backend);
	boot_close(&s->boot);
	image_close(&s->image);
}

int run_command(int argc, char **argv)
{
	static struct session session; /* zero; large */
	struct session *s = &session;
	struct complaint c = { "" };
	int status = -1, restart;

	s->image.fd = s->boot.initrd_fd = s->trace.timer = s->timeout_fd = -1;
	s->control.listener = s->tap.fd = s->gdb.listener = s->gdb.client = s->loop.signal_fd = -1;
	profile_init(&s->loop.profile);
	if (options_parse(&s->options, argc, argv, &c) < 0)
		goto out;
	log_set_level(s->options.level);
	if (s->options.help) {
		options_help(stdout);
		return STATUS_OK;
	}
	/* "ulimit -f" concerns guest memory too, a memfd: an error says so. */
	signal(SIGXFSZ, SIG_IGN);
	if (prepare(s, &c) < 0)
		goto out;
	tap_init(&s->tap, &s->backend.stream);
	console_init(&s->console, &s->tap.stream);
	loop_resize(&s->console, &s->backend);
	do {
		restart = 0;
		status = one_guest(s, &restart, &c);
		if (restart)
			log_info("the guest restarts");
	} while (restart);
out:
	close_all(s);
	if (status >= 0)
		return status;
	log_error("%s", c.text);
	return STATUS_FAILED;
}
