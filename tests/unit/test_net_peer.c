/* SPDX-License-Identifier: MIT */
/* The network card and its peers: other guests, hostile ones, resets, new cables. */
#include "tests/unit/cm.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/net_guest.h"

#define ALL (NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_GUEST_TSO4 | NET_F_HOST_TSO4 | NET_F_MRG_RXBUF)

static struct net_guest g;
static u8 frame[NET_FRAME_MAX], got[2 * NET_FRAME_MAX];
static struct net_header h;
static const struct net_header plain;

static void fill(u32 len, u8 seed)
{
	u32 i;

	for (i = 0; i < len; i++)
		frame[i] = (u8)(i * 7 + i / 256 + seed);
}

static int teardown(void **state)
{
	(void)state;
	net_guest_end(&g);
	return 0;
}

/* --- Peers ------------------------------------------------------------------ */

static void test_hostile_lengths(void **state)
{
	static const u32 words[] = { 0, 13, NET_FRAME_MAX + 1, 0x7fffffff, 0x8000003c, 0xffffffff };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (i)
			net_guest_end(&g);
		net_guest_init(&g, NET_PLAIN, ALL);
		net_guest_buffers(&g, 0, 40, IN_SIZE);
		net_peer_send(&g, words[i], frame, 60);
		net_guest_work(&g);
		assert_int_equal(g.net.fd, -1);
		assert_int_equal(net_guest_received(&g, &h, got), -1);
		/* The guest's frames are thrown away then, and come back to it. */
		net_guest_send(&g, 0, &plain, frame, 60);
		net_guest_work(&g);
		assert_int_equal(net_guest_sent(&g), 1);
	}
	assert_string_equal(g.w.killed, "");
}

static void say_hello(void)
{
	assert_int_equal(write(g.peer, "lguest\0\1", NET_HELLO), NET_HELLO);
}

/* Between two lguests the header goes along. */
static void test_guest_peer(void **state)
{
	const struct net_header needs = { .flags = NET_HDR_NEEDS_CSUM,
					  .gso = NET_GSO_TCP4,
					  .gso_size = 100,
					  .csum_start = 34,
					  .csum_offset = 16 };

	(void)state;
	net_guest_init(&g, NET_GUEST, ALL);
	net_guest_send(&g, 0, &plain, frame, 60);
	net_guest_work(&g);
	assert_int_equal(net_guest_sent(&g), 1); /* nobody has said hello: a loose cable */
	assert_int_equal(net_peer_read(&g, got, sizeof(got)), NET_HELLO);
	assert_memory_equal(got, "lguest\0\1", NET_HELLO);
	say_hello();
	net_guest_work(&g);
	fill(500, 7);
	net_guest_send(&g, 2, &needs, frame, 500);
	net_guest_buffers(&g, 0, 2, IN_SIZE);
	memcpy(got, &needs, NET_HDR_SHORT);
	memcpy(got + NET_HDR_SHORT, frame, 500);
	net_peer_send(&g, 500 | NET_WITH_HEADER, got, NET_HDR_SHORT + 500);
	net_guest_work(&g);
	assert_int_equal(net_peer_read(&g, got, sizeof(got)), 4 + NET_HDR_SHORT + 500);
	assert_memory_equal(got + 4, &needs, NET_HDR_SHORT);
	assert_memory_equal(got + 4 + NET_HDR_SHORT, frame, 500);
	assert_int_equal(net_guest_received(&g, &h, got), 500);
	assert_int_equal(h.gso_size, 100);
	assert_int_equal(h.flags, NET_HDR_NEEDS_CSUM);
}

static void test_no_lguest(void **state)
{
	(void)state;
	net_guest_init(&g, NET_GUEST, ALL);
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	assert_int_equal(g.net.fd, -1);
}

static u16 get16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

/* A TCP segment of 1000 bytes in frame, as a sender leaves it. */
static u32 make_segment(void)
{
	u16 check;

	fill(54 + 1000, 8);
	frame[12] = 8;
	frame[13] = 0;
	memset(frame + 14, 0, 40);
	frame[14] = 0x45;
	frame[16] = (1040 >> 8);
	frame[17] = 1040 & 255;
	frame[18] = 0xff;
	frame[19] = 0xff; /* the identification wraps */
	frame[23] = 6;
	frame[26] = 10;
	frame[30] = 11;
	frame[38] = 0xff;
	frame[39] = 0xff;
	frame[40] = 0xff;
	frame[41] = 0xf0; /* and so does the sequence number */
	frame[46] = 0x50;
	frame[47] = 0x89; /* CWR, PSH, FIN */
	check = (u16)~net_fold(net_sum(frame + 26, 8, htons(6), 0));
	memcpy(frame + 50, &check, 2);
	return 54 + 1000;
}

static u32 tcp_sum(const u8 *f, u32 len)
{
	u32 sum = net_sum(f + 26, 8, htons(6) + (u32)htons((u16)(len - 34)), 0);

	return net_fold(net_sum(f + 34, len - 34, sum, 0));
}

/* A guest that takes no long segments gets them cut. */
static void test_segments(void **state)
{
	const struct net_header needs = { .flags = NET_HDR_NEEDS_CSUM,
					  .gso = NET_GSO_TCP4,
					  .gso_size = 400,
					  .csum_start = 34,
					  .csum_offset = 16 };
	static const u32 lens[] = { 454, 454, 254 };
	u32 i, len, seq, at = 0;
	u8 *stream = got;

	(void)state;
	net_guest_init(&g, NET_GUEST, NET_F_MRG_RXBUF);
	say_hello();
	len = make_segment();
	memcpy(stream, &needs, NET_HDR_SHORT);
	memcpy(stream + NET_HDR_SHORT, frame, len);
	net_peer_send(&g, len | NET_WITH_HEADER, stream, NET_HDR_SHORT + len);
	net_guest_buffers(&g, 0, 2, IN_SIZE);
	net_guest_work(&g);
	net_guest_buffers(&g, 2, 2, IN_SIZE); /* the third has to wait */
	net_guest_work(&g);
	for (i = 0; i < 3; i++) {
		assert_int_equal(net_guest_received(&g, &h, got), lens[i]);
		assert_int_equal(h.flags, 0);
		assert_int_equal(h.gso, 0);
		assert_int_equal(get16(got + 16), lens[i] - 14);
		assert_int_equal(get16(got + 18), (u16)(0xffff + i));
		assert_int_equal(net_fold(net_sum(got + 14, 20, 0, 0)), 0);
		memcpy(&seq, got + 38, 4);
		assert_int_equal(ntohl(seq), 0xfffffff0 + at);
		assert_int_equal(got[47], (i == 0 ? 0x80 : 0) | (i == 2 ? 0x09 : 0));
		assert_int_equal(tcp_sum(got, lens[i]), 0);
		assert_memory_equal(got + 54, frame + 54 + at, lens[i] - 54);
		at += lens[i] - 54;
	}
	assert_int_equal(net_guest_received(&g, &h, got), -1);
}

/* What is no TCP cannot be cut: dropped, and the stream goes on. */
static void test_no_segments(void **state)
{
	const struct net_header needs = { .flags = NET_HDR_NEEDS_CSUM,
					  .gso = NET_GSO_TCP4,
					  .gso_size = 1,
					  .csum_start = 34,
					  .csum_offset = 16 };
	static const u8 at[] = { 12, 14, 14, 23, 46, 46 },
			value[] = { 9, 0x65, 0x4f, 17, 0x40, 0xf0 };
	unsigned i;

	(void)state;
	net_guest_init(&g, NET_GUEST, NET_F_MRG_RXBUF);
	say_hello();
	for (i = 0; i < sizeof(at); i++) {
		make_segment();
		frame[at[i]] = value[i];
		memcpy(got, &needs, NET_HDR_SHORT);
		memcpy(got + NET_HDR_SHORT, frame, 60);
		net_peer_send(&g, 60 | NET_WITH_HEADER, got, NET_HDR_SHORT + 60);
	}
	fill(60, 0);
	net_peer_send(&g, 60, frame, 60);
	net_guest_buffers(&g, 0, 4, IN_SIZE);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_memory_equal(got, frame, 60);
}

/* --- Resets ------------------------------------------------------------------- */

/* In the middle of a frame each way: the streams stay streams of frames. */
static void test_reset(void **state)
{
	int small = 4096;
	u32 word, at, len;

	(void)state;
	net_guest_init(&g, NET_PASST, ALL);
	setsockopt(g.net.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	fill(20000, 1);
	net_guest_send(&g, 0, &plain, frame, 20000);
	net_guest_buffers(&g, 0, 3, IN_SIZE);
	net_peer_send(&g, 5000, frame, 2000);
	net_guest_work(&g);
	assert_int_equal(net_guest_sent(&g), 0);

	g.net.kind.reset(g.net.device);
	vq_reset(&g.net.device->vq[NET_RX]);
	vq_reset(&g.net.device->vq[NET_TX]);
	net_guest_buffers(&g, 0, 3, IN_SIZE);
	assert_int_equal(write(g.peer, frame, 3000), 3000); /* the rest of the old frame */
	net_peer_send(&g, 60, frame, 60);
	net_guest_send(&g, 0, &plain, frame, 77);
	for (at = 0, len = 0; at < 20004 + 81 && len < 100000; len++) {
		net_guest_work(&g);
		at += net_peer_read(&g, got + at, 1000);
	}
	assert_int_equal(at, 20004 + 81);
	memcpy(&word, got + 20004, 4);
	assert_int_equal(ntohl(word), 77);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_int_equal(h.flags, NET_HDR_VALID);
	assert_int_equal(net_guest_received(&g, &h, got), -1);
}

static void give_descriptor(int control, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { "", 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = room,
			      .msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	assert_int_equal(sendmsg(control, &msg, 0), 1);
}

/* The peer goes, another comes: asked for once, and the frames begin anew. */
static void test_replug(void **state)
{
	int pair[2], control[2];
	u8 byte;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, control), 0);
	g.net.control = control[0];
	g.control = control[1];
	net_peer_send(&g, 60, frame, 20);
	net_guest_buffers(&g, 0, 2, IN_SIZE);
	net_guest_work(&g);
	close(g.peer);
	net_guest_work(&g); /* once: nothing else would wake the card */
	assert_int_equal(g.net.fd, -1);
	assert_int_equal(read(g.control, &byte, 1), 1);
	assert_int_equal(read(g.control, &byte, 1), -1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	give_descriptor(g.control, pair[0]);
	close(pair[0]);
	g.peer = pair[1];
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_memory_equal(got, frame, 60);
}

#define NET_TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET_TEST(test_hostile_lengths), NET_TEST(test_guest_peer),
		NET_TEST(test_no_lguest),	NET_TEST(test_segments),
		NET_TEST(test_no_segments),	NET_TEST(test_reset),
		NET_TEST(test_replug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
