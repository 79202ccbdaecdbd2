/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the network card between a driver and a peer that both do
 * anything.  What must hold: the card ends each piece of work, and gives back
 * no more than it was given.  The rest is the sanitizers' business.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/net.h"
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())

enum {
	DESC,
	OFFER,
	BUFFERS,
	SEND,
	RAM,
	PEER_FRAME,
	PEER_BYTES,
	PEER_READ,
	WORK,
	RESET,
	HANGUP,
	OPS
};

static struct devices devices;
static struct net net;
static int peer;
static u16 offered[2]; /* since the last reset */

static void plug(void)
{
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	peer = pair[0];
	net.fd = pair[1];
	net.hello_left = net.hello_seen = 0;
}

static void begin(struct input *in)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 1 };
	struct device *d;

	f_begin();
	memset(f_memory + F_RAM, 0, 8 * LG_PAGE_SIZE);
	devices_init(&devices, &f_guest);
	MUST(net_open(&net, take8(in) % NET_TAP, -1, -1, mac, 1500, "fuzz") == 0);
	plug();
	d = net_attach(&net, &devices);
	MUST(d);
	d->features = (u32)take16(in) & net.kind.features;
	d->features |= take8(in) % 2 ? LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX : 0;
	d->vq[0].features = d->vq[1].features = d->features;
	d->started = 1;
	net.kind.start(d);
	if (net.peer == NET_GUEST && take8(in) % 8) {
		net.hello_left = net.hello_seen = NET_HELLO;
		MUST(write(peer, net_hello, NET_HELLO) == NET_HELLO);
	}
	offered[0] = offered[1] = 0;
}

static struct lg_vring_desc *desc(unsigned q)
{
	return (void *)(f_memory + net.device->vq[q].pfn * LG_PAGE_SIZE);
}

static void offer(unsigned q, u16 head)
{
	struct lg_vring_avail *a = (void *)((u8 *)desc(q) + 4096);

	a->ring[a->idx % LG_VRING_NUM] = head;
	a->idx++;
	offered[q]++;
}

static void set_desc(struct input *in)
{
	unsigned q = take8(in) % 2, i = take8(in);

	desc(q)[i] = (struct lg_vring_desc){ take16(in) % F_RAM, take16(in) % 9000, take8(in) % 8,
					     take8(in) };
}

/* A sane driver now and then, so that something comes of it. */
static void buffers(struct input *in)
{
	unsigned i, n = take8(in) % 32;
	u32 len = take16(in) % 4097;

	for (i = 0; i < n; i++) {
		desc(NET_RX)[i] =
			(struct lg_vring_desc){ i % 4 * 4096u, len, LG_VRING_DESC_WRITE, 0 };
		offer(NET_RX, (u16)i);
	}
}

static void send_frame(struct input *in)
{
	struct lg_vring_desc *d = desc(NET_TX);
	u16 i = take8(in) & 0xfe;

	take(in, f_memory + 0x4000, NET_HDR_LONG);
	d[i] = (struct lg_vring_desc){ 0x4000, net.hdr_len, LG_VRING_DESC_NEXT, (u16)(i + 1) };
	d[i + 1] = (struct lg_vring_desc){ 0x4010, take16(in) % 12000u, 0, 0 };
	offer(NET_TX, i);
}

static void peer_write(const void *p, size_t n)
{
	MUST(peer < 0 || write(peer, p, n) <= (ssize_t)n);
}

static void peer_frame(struct input *in)
{
	static u8 frame[70000];
	u32 len = take8(in) % 4 ? take16(in) % 1600u : take16(in), word;
	u32 header = take8(in) % 2 ? NET_HDR_SHORT : 0;

	word = htonl(header ? len | NET_WITH_HEADER : len);
	memset(frame, 0, header + len);
	take(in, frame, header + (len < 80 ? len : 80));
	peer_write(&word, 4);
	peer_write(frame, header + len);
}

static void reset(void)
{
	struct virtqueue *vq = net.device->vq;
	u32 features = net.device->features;

	net.kind.reset(net.device);
	vq_reset(&vq[0]);
	vq_reset(&vq[1]);
	vq[0].features = vq[1].features = features;
	offered[0] = offered[1] = 0;
}

static void step(struct input *in)
{
	static u8 buf[65536];
	u8 n;

	switch (take8(in) % OPS) {
	case DESC:
		set_desc(in);
		break;
	case OFFER:
		n = take8(in) % 2;
		offer(n, take16(in) % 300);
		break;
	case BUFFERS:
		buffers(in);
		break;
	case SEND:
		send_frame(in);
		break;
	case RAM:
		take(in, f_memory + take16(in) % (F_RAM - 64), take8(in) % 64);
		break;
	case PEER_FRAME:
		peer_frame(in);
		break;
	case PEER_BYTES:
		n = take8(in) % 32;
		take(in, buf, n);
		peer_write(buf, n);
		break;
	case PEER_READ:
		MUST(peer < 0 || read(peer, buf, take16(in)) <= (ssize_t)sizeof(buf));
		break;
	case WORK:
		net.kind.work(net.device);
		MUST((u16)net.device->vq[NET_RX].used <= offered[NET_RX]);
		MUST((u16)net.device->vq[NET_TX].used <= offered[NET_TX]);
		break;
	case RESET:
		reset();
		break;
	case HANGUP:
		if (peer >= 0)
			close(peer);
		peer = -1;
		if (net.fd < 0)
			plug();
		break;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };

	signal(SIGPIPE, SIG_IGN); /* as the Launcher does */
	begin(&in);
	while (in.left)
		step(&in);
	net.kind.work(net.device);
	net_close(&net);
	if (peer >= 0)
		close(peer);
	return 0;
}
