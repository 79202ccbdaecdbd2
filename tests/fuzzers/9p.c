/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the 9P server of a directory, through its queue.  The input is a
 * list of messages, each with the shape of its chain; the directory is made
 * anew for each.  Whatever is asked, nothing outside it may change.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices/9p_wire.h"
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())
#define MSG_MAX 600
#define T_AT	4096u  /* where a message lies, */
#define R_AT	16384u /* and its reply */

static char top[] = "/tmp/lguest-fuzz-XXXXXX";
static char inside[64];

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag;
	if (ftw->level)
		remove(path);
	return 0;
}

static void empty(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void clean_up(void)
{
	empty(top);
	rmdir(top);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	MUST(f);
	fputs(text, f);
	fclose(f);
}

static void make_directory(void)
{
	char path[128];

	empty(inside);
	snprintf(path, sizeof(path), "%s/f", inside);
	write_file(path, "0123456789");
	snprintf(path, sizeof(path), "%s/d", inside);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/l", inside);
	MUST(!symlink("../secret", path));
}

/* The file beside the directory is what it was, and nothing came to lie beside it. */
static void check_outside(void)
{
	char path[128], text[8] = "";
	DIR *dir = opendir(top);
	int n = 0, fd;

	MUST(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	MUST(n == 4);
	snprintf(path, sizeof(path), "%s/secret", top);
	fd = open(path, O_RDONLY);
	MUST(fd >= 0 && read(fd, text, sizeof(text)) == 6 && !memcmp(text, "secret", 6));
	close(fd);
}

static u32 serve(void *server, struct share_request *q)
{
	u32 n;

	MUST(q->len && q->len <= P9_MSIZE && q->room <= P9_MSIZE);
	n = p9_serve(server, q->t, q->len, q->r, q->room);
	MUST(n <= q->room);
	MUST(!n || (n >= 7 && q->r[0] + 256u * q->r[1] + 65536u * q->r[2] == n));
	return n;
}

static void reset(void *server)
{
	p9_reset(server);
	MUST(!p9_fids(server) && !p9_nodes(server));
}

static const struct share_ops ops = { .serve = serve, .reset = reset };
static struct service *services[2];
static struct p9 *servers[2];

static void begin(void)
{
	struct rlimit no_big_files = { 1 << 20, 1 << 20 };
	char path[128];
	int i;

	MUST(mkdtemp(top));
	atexit(clean_up);
	signal(SIGXFSZ, SIG_IGN); /* as the process does */
	setrlimit(RLIMIT_FSIZE, &no_big_files);
	snprintf(inside, sizeof(inside), "%s/inside", top);
	MUST(!mkdir(inside, 0755));
	snprintf(path, sizeof(path), "%s/secret", top);
	write_file(path, "secret");
	for (i = 0; i < 2; i++) {
		servers[i] = p9_new(open(inside, O_PATH | O_DIRECTORY), i);
		MUST(servers[i]);
		services[i] = service_new(-1, &ops, servers[i]);
	}
}

/* One request; the shape says how its chain is cut. */
static void ask(struct device *d, struct input *in, const u8 *t, u32 len, u8 shape)
{
	struct virtqueue *vq = &d->vq[0];
	u32 cut = shape & 1 ? len / 2 : len, room = shape & 2 ? take16(in) : 2048;
	struct lg_vring_desc pieces[] = {
		{ T_AT, cut, LG_VRING_DESC_NEXT, 1 },
		{ T_AT + cut, len - cut, LG_VRING_DESC_NEXT, 2 },
		{ R_AT, shape & 4 ? 9 : room, LG_VRING_DESC_WRITE | LG_VRING_DESC_NEXT, 3 },
		{ shape & 8 ? R_AT + 4096 : R_AT + room, room, LG_VRING_DESC_WRITE, 0 },
	};
	u16 used = vq->used;

	memcpy(f_memory + T_AT, t, len);
	if (shape & 16) {
		memcpy(f_memory, pieces, sizeof(pieces));
		vq->desc[0] =
			(struct lg_vring_desc){ 0, sizeof(pieces), LG_VRING_DESC_INDIRECT, 0 };
	} else {
		memcpy(vq->desc, pieces, sizeof(pieces));
	}
	vq->avail->ring[vq->avail->idx % LG_VRING_NUM] = 0;
	vq->avail->idx = (u16)(vq->avail->idx + 1);
	while (d->kind->work(d))
		;
	MUST(vq->broken[0] || vq->used == (u16)(used + 1));
}

static void shake_hands(struct device *d, struct input *in)
{
	static const u8 version[] = "\x13\0\0\0\x64\xff\xff\0\x08\0\0\x06\0"
				    "9P2000";
	static const u8 attach[] = "\x13\0\0\0\x68\1\0\1\0\0\0\xff\xff\xff\xff\0\0\0";

	ask(d, in, version, 19, 0);
	ask(d, in, attach, 19, 0);
}

static void talk(struct device *d, struct input *in)
{
	u8 t[MSG_MAX];

	while (in->left) {
		u8 shape = take8(in);
		u32 len = take16(in) % MSG_MAX;

		if (len > in->left)
			len = (u32)in->left;
		take(in, t, len);
		if (shape & 32 && len >= 4) { /* an honest length */
			memcpy(t, &len, 4);
		}
		ask(d, in, t, len, shape);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct share_packet p = { .pfn = F_PFN, .desc = F_RAM, .irq = 3 };
	struct device *d;
	u8 how = take8(&in);

	if (!services[0])
		begin();
	f_begin();
	make_directory();
	p.features = (how >> 1) % 4 * LG_RING_F_INDIRECT;
	d = service_device(services[how & 1], &f_guest, &p);
	MUST(d);
	if (how & 8)
		shake_hands(d, &in);
	talk(d, &in);
	service_forget(services[how & 1]);
	check_outside();
	return 0;
}
