/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the devices of lguest 2.6.23 between a guest, other Launchers and
 * rings that all do anything.  What must hold: nothing outside guest memory is
 * touched, each piece of work ends, a guest dies only by a rule it broke, and
 * its calls come one after the other.  The sanitizers watch.
 */
#include <signal.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "devices/block.h"
#include "devices/console.h"
#include "devices/dma_share.h"
#include "devices/net.h"
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())

enum { LIST, BYTES, BIND, SEND, TYPE, WORK, SERVE, SCRIBBLE, ASK, ANSWER, CABLE, READ, OPS };
enum { KEYS = 6 };

static struct devices devices;
static struct dma_bus bus;
static struct console console;
static struct block disk;
static struct net net;
static struct dma_share share;
static int cable, other, other_answers, wake, timer, doorbell, dead;
static u8 disk_bytes[16 * 512];

/* --- The world ------------------------------------------------------------------- */

static void f_dies(void *handle, const char *reason)
{
	(void)handle;
	MUST(strstr(reason, "DMA") || strstr(reason, "dma") || strstr(reason, "disk request"));
	dead = 1;
}

static int f_doorbell(void *handle, u32 n)
{
	(void)handle, (void)n;
	return doorbell;
}

static void f_awake(void *handle, u32 n, int on)
{
	(void)handle, (void)n, (void)on;
}

static const struct guest mortal = {
	.ram_bytes = F_RAM, .memory = f_pointer, .peek = f_peek, .irq = f_irq, .kill = f_dies,
	.doorbell = f_doorbell, .awake = f_awake
};

/* Nobody serves by himself: SERVE does. */
static void nothing(struct device *d)
{
	(void)d;
}

static int no_fd(struct device *d)
{
	(void)d;
	return -1;
}

static int stopped(struct device *d)
{
	(void)d;
	return 0;
}

static const struct device_runner by_hand = { nothing, nothing, no_fd, nothing, stopped };

static void store_run_(struct store *s, struct store_io *io, unsigned n)
{
	unsigned i;
	int k;

	(void)s;
	for (i = 0; i < n; i++) {
		u8 *at = disk_bytes + io[i].off;

		MUST(io[i].op == STORE_FLUSH ||
		     (io[i].off <= sizeof(disk_bytes) && io[i].len <= sizeof(disk_bytes) - io[i].off));
		for (k = 0; io[i].op <= STORE_WRITE && k < io[i].niov; k++) {
			if (io[i].op == STORE_READ)
				memcpy(io[i].iov[k].iov_base, at, io[i].iov[k].iov_len);
			else
				memmove(at, io[i].iov[k].iov_base, io[i].iov[k].iov_len);
			at += io[i].iov[k].iov_len;
		}
		io[i].err = 0;
	}
}

static void store_close_(struct store *s)
{
	(void)s;
}

static const struct store_kind store_kind_ = { store_run_, store_close_ };
static struct store store = { .kind = &store_kind_, .bytes = sizeof(disk_bytes), .block = 512 };

static ssize_t out(struct stream *s, const void *from, size_t len)
{
	(void)s, (void)from;
	return (ssize_t)(len > 1000 ? 1000 : len);
}

static ssize_t in_(struct stream *s, void *to, size_t len)
{
	(void)s, (void)to, (void)len;
	return 0;
}

static struct stream stream = { out, in_ };

static int datagram(unsigned slot, int answers)
{
	struct sockaddr_un at;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	share_address(&share, slot, answers, &at);
	unlink(at.sun_path);
	MUST(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	return fd;
}

static void once(void)
{
	char dir[64];

	if (wake)
		return;
	wake = eventfd(0, EFD_NONBLOCK);
	doorbell = eventfd(0, EFD_NONBLOCK);
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	snprintf(dir, sizeof(dir), "/tmp/lguest-fuzz-%d", (int)getpid());
	mkdir(dir, 0700);
	snprintf(share.prefix, sizeof(share.prefix), "%s/s.", dir);
	share.requests = datagram(0, 0);
	share.answers = datagram(0, 1);
	other = datagram(1, 0);
	other_answers = datagram(1, 1);
}

static void drain(int fd)
{
	static u8 buf[70000];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		;
}

static void forget(void)
{
	drain(share.requests);
	drain(share.answers);
	drain(other);
	drain(other_answers);
	memset(share.deaf, 0, sizeof(share.deaf));
	share_forget(&share);
}

static void begin(void)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 1 };
	int pair[2];

	f_begin();
	memset(f_memory, 0, F_ALL);
	once();
	forget();
	dead = 0;
	dma_bus_init(&bus, &mortal, &devices, wake, timer);
	console_init(&console, &stream);
	MUST(console_attach(&console, &devices));
	memset(&disk, 0, sizeof(disk));
	disk.store = &store;
	MUST(block_attach(&disk, &devices));
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	cable = pair[0];
	MUST(net_open(&net, NET_PLAIN, pair[1], -1, mac, 1500, "fuzz") == 0);
	MUST(net_attach(&net, &devices));
	disk.device->runner = net.device->runner = &by_hand;
	MUST(!dma_add_block(&bus, disk.device) && !dma_add_net(&bus, net.device));
	MUST(!dma_add_share(&bus, &share) && !dma_add_console(&bus, console.device));
}

/* --- What happens ------------------------------------------------------------------ */

static u32 some_key(struct input *in)
{
	u32 pages = F_RAM + LG_PAGE_SIZE, k = take8(in);

	switch (k % KEYS) {
	case 0:
		return 0;
	case 1:
		return pages; /* the disk */
	case 2:
		return pages + LG_PAGE_SIZE + k / KEYS % 3 * 4; /* the cable */
	case 3:
		return pages + 2 * LG_PAGE_SIZE + k / KEYS % 3 * 4; /* the others */
	case 4:
		return take16(in);
	default:
		return (u32)take16(in) << 16 | take16(in);
	}
}

/* A list that is mostly sane. */
static void make_list(struct input *in)
{
	u32 at = take8(in) % 64 * DMA_LIST_LEN, addr;
	unsigned i, n = take8(in) % (DMA_SECTIONS + 1);
	u8 *list = f_memory + at;
	u16 len;

	memset(list, 0, DMA_LIST_LEN);
	list[0] = take8(in) % 4 == 0;
	for (i = 0; i < n; i++) {
		addr = take8(in) % 8 * LG_PAGE_SIZE + take8(in);
		len = take8(in) % 16 ? take16(in) % 2048 : take16(in);
		memcpy(list + 4 + 4 * i, &addr, 4);
		memcpy(list + 68 + 2 * i, &len, 2);
	}
}

static void ask_us(struct input *in)
{
	static u8 message[sizeof(struct share_message) + 70000];
	struct share_message m = { SHARE_MAGIC, SHARE_VERSION, 1, take8(in), take8(in) % 8 * 4,
				   take16(in) };
	struct sockaddr_un at;
	size_t len = sizeof(m) + m.len;

	switch (take8(in) % 8) {
	case 0:
		take(in, &m, sizeof(m));
		break;
	case 1:
		len = take16(in);
		break;
	}
	memcpy(message, &m, sizeof(m));
	share_address(&share, 0, 0, &at);
	MUST(sendto(other, message, len, MSG_DONTWAIT, (struct sockaddr *)&at, sizeof(at)) <=
	     (ssize_t)len);
}

static void answer_us(struct input *in)
{
	struct share_message m = { SHARE_MAGIC, SHARE_VERSION, 1, share.seq, share.key, 0 };
	struct sockaddr_un at;

	m.len = take16(in);
	if (take8(in) % 4 == 0)
		take(in, &m, sizeof(m));
	share_address(&share, 0, 1, &at);
	MUST(sendto(other, &m, take8(in) % 8 ? sizeof(m) : take8(in) % sizeof(m), MSG_DONTWAIT,
		    (struct sockaddr *)&at, sizeof(at)) <= (ssize_t)sizeof(m));
}

static void cable_bytes(struct input *in)
{
	static u8 frame[2100];
	u32 len = take16(in) % 2000, word = __builtin_bswap32(len);

	memcpy(frame, &word, 4);
	take(in, frame + 4, 60);
	MUST(write(cable, frame, 4 + len) <= (ssize_t)(4 + len));
}

static void serve(void)
{
	disk.kind.work(disk.device);
	device_check(disk.device);
	net.kind.work(net.device);
	device_check(net.device);
	console_work(&console);
}

static void step(struct input *in)
{
	static u8 buf[65536];
	u8 n;

	switch (take8(in) % OPS) {
	case LIST:
		make_list(in);
		break;
	case BYTES:
		take(in, f_memory + take16(in) % (F_RAM - 64), take8(in) % 64);
		break;
	case BIND:
		dma_bus_bind(&bus, some_key(in), take8(in) % 64 * DMA_LIST_LEN,
			     take8(in) % 8 ? take8(in) % 9 : take16(in), take8(in) % 34);
		break;
	case SEND:
		if (!bus.sending) /* one CPU, which waits */
			dma_bus_send(&bus, some_key(in),
				     take8(in) % 16 ? take8(in) % 64 * DMA_LIST_LEN :
						      some_key(in));
		break;
	case TYPE:
		n = take8(in);
		console_type(&console, buf, n);
		break;
	case WORK:
		dma_bus_work(&bus);
		break;
	case SERVE:
		serve();
		break;
	case SCRIBBLE: /* the disk's page, and what the guest should not reach */
		n = take8(in) % 4;
		take(in, f_memory + F_RAM + (n ? n * 64u * LG_PAGE_SIZE : LG_PAGE_SIZE) +
				 take16(in) % 16000,
		     take8(in) % 32);
		break;
	case ASK:
		ask_us(in);
		break;
	case ANSWER:
		answer_us(in);
		break;
	case CABLE:
		cable_bytes(in);
		break;
	case READ:
		MUST(read(cable, buf, take16(in)) <= (ssize_t)sizeof(buf));
		drain(other);
		break;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };

	signal(SIGPIPE, SIG_IGN); /* as the Launcher does */
	begin();
	while (in.left && !dead)
		step(&in);
	if (!dead)
		dma_bus_work(&bus);
	net_close(&net);
	close(cable);
	return 0;
}
