/* SPDX-License-Identifier: MIT */
/* The network card: frames both ways, whatever pieces they come in. */
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

/* --- Out ------------------------------------------------------------------ */

static void test_send(void **state)
{
	u32 word;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	fill(100, 1);
	net_guest_send(&g, 0, &plain, frame, 100);
	fill(1514, 2);
	net_guest_send(&g, 2, &plain, frame, 1514);
	net_guest_work(&g);
	assert_int_equal(net_guest_sent(&g), 2);
	assert_int_equal(net_peer_read(&g, got, sizeof(got)), 4 + 100 + 4 + 1514);
	memcpy(&word, got, 4);
	assert_int_equal(ntohl(word), 100);
	memcpy(&word, got + 104, 4);
	assert_int_equal(ntohl(word), 1514);
	assert_memory_equal(got + 108, frame, 1514);
	assert_int_not_equal(g.w.irqs, 0);
}

/* The other end reads a little at a time: all comes, in order, and once. */
static void test_send_slowly(void **state)
{
	int small = 4096, rounds = 0;
	u32 have = 0, i, n;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	setsockopt(g.net.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	for (i = 0; i < 20; i++) {
		fill(1514, (u8)i);
		net_guest_send(&g, (u16)(2 * i), &plain, frame, 1514);
	}
	while (have < 20 * 1518 && rounds++ < 10000) {
		net_guest_work(&g);
		n = (u32)rounds % 700 + 1;
		have += net_peer_read(&g, got + have, n);
	}
	assert_int_equal(have, 20 * 1518);
	assert_int_equal(net_guest_sent(&g), 20);
	for (i = 0; i < 20; i++) {
		fill(1514, (u8)i);
		assert_memory_equal(got + i * 1518 + 4, frame, 1514);
	}
}

static void test_send_nonsense(void **state)
{
	static const struct net_header bad[] = {
		{ .flags = NET_HDR_NEEDS_CSUM, .csum_start = 34, .csum_offset = 65 },
		{ .flags = NET_HDR_NEEDS_CSUM, .csum_start = 0xffff, .csum_offset = 0xffff },
		{ .flags = NET_HDR_NEEDS_CSUM, .csum_start = 3, .csum_offset = 0 },
		{ .gso = NET_GSO_TCP4, .gso_size = 100 },
		{ .gso = NET_GSO_TCP4, .flags = NET_HDR_NEEDS_CSUM, .csum_start = 34 },
		{ .gso = 3, .gso_size = 100 },
	};
	u16 i;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	for (i = 0; i < 6; i++)
		net_guest_send(&g, (u16)(2 * i), &bad[i], frame, 100);
	net_guest_send(&g, 12, &plain, frame, 13);
	net_guest_work(&g);
	assert_int_equal(net_guest_sent(&g), 7);
	assert_int_equal(net_peer_read(&g, got, sizeof(got)), 0);
	assert_int_equal(g.net.dropped, 7);
	assert_string_equal(g.w.killed, "");
}

/* For a peer that does not know of offloads the checksum is made. */
static void test_checksum(void **state)
{
	const struct net_header needs = { .flags = NET_HDR_NEEDS_CSUM,
					  .csum_start = 34,
					  .csum_offset = 16 };
	u16 sum;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	fill(333, 9);
	net_guest_send(&g, 0, &needs, frame, 333);
	net_guest_work(&g);
	assert_int_equal(net_peer_read(&g, got, sizeof(got)), 337);
	sum = net_fold(net_sum(frame + 34, 333 - 34, 0, 0));
	memcpy(frame + 50, &sum, 2);
	assert_memory_equal(got + 4, frame, 333);
}

/* --- In ------------------------------------------------------------------- */

static void test_receive(void **state)
{
	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	net_guest_buffers(&g, 0, 3, IN_SIZE);
	fill(60, 3);
	net_peer_send(&g, 60, frame, 60);
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_int_equal(h.buffers, 1);
	assert_int_equal(h.flags, 0);
	assert_memory_equal(got, frame, 60);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_int_equal(net_guest_received(&g, &h, got), -1);
}

/* A long frame waits for buffers, takes many, and leaves nothing over. */
static void test_receive_long(void **state)
{
	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	net_guest_buffers(&g, 0, 10, IN_SIZE);
	fill(60000, 4);
	net_peer_send(&g, 60000, frame, 60000);
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), -1);
	net_guest_buffers(&g, 10, 6, IN_SIZE);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), 60000);
	assert_int_equal(h.buffers, 15);
	assert_memory_equal(got, frame, 60000);
	assert_int_equal(net_guest_received(&g, &h, got), 60);
	assert_memory_equal(got, frame, 60);
}

/* Byte after byte: the same. */
static void test_receive_slowly(void **state)
{
	u8 stream[2 * 304];
	u32 word = htonl(300), i;

	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	net_guest_buffers(&g, 0, 4, 256);
	fill(300, 5);
	for (i = 0; i < 2; i++) {
		memcpy(stream + i * 304, &word, 4);
		memcpy(stream + i * 304 + 4, frame, 300);
	}
	for (i = 0; i < sizeof(stream); i++) {
		assert_int_equal(write(g.peer, stream + i, 1), 1);
		net_guest_work(&g);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(net_guest_received(&g, &h, got), 300);
		assert_int_equal(h.buffers, 2);
		assert_memory_equal(got, frame, 300);
	}
}

/* Without mergeable buffers a frame fits in one or is lost; the next is not. */
static void test_receive_single(void **state)
{
	(void)state;
	net_guest_init(&g, NET_PLAIN, 0);
	net_guest_buffers(&g, 0, 1, 1514 + NET_HDR_SHORT);
	fill(2000, 6);
	net_peer_send(&g, 2000, frame, 2000);
	net_peer_send(&g, 1514, frame, 1514);
	net_guest_work(&g);
	assert_int_equal(net_guest_received(&g, &h, got), 1514);
	assert_memory_equal(got, frame, 1514);
}

static void test_tiny_buffers(void **state)
{
	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	net_guest_buffers(&g, 0, 10, 5); /* not even a header */
	net_guest_buffers(&g, 10, 1, IN_SIZE);
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	g.taken += 10; /* they came back empty */
	assert_int_equal(net_guest_received(&g, &h, got), 60);
}

/* A guest that restarts has new devices; the card forgets the old guest's buffers, not its cable. */
static void test_restart(void **state)
{
	(void)state;
	net_guest_init(&g, NET_PLAIN, ALL);
	net_guest_buffers(&g, 0, 1, 20);
	fill(60, 3);
	net_peer_send(&g, 60, frame, 60);
	net_guest_work(&g);
	assert_int_not_equal(g.net.nchain, 0);
	devices_init(&g.all, &g.w.guest); /* as the loop does */
	assert_non_null(net_attach(&g.net, &g.all));
	assert_int_equal(g.net.nchain, 0);
	assert_int_equal(g.net.nout, 0);
	assert_true(g.net.fd >= 0);
}

#define NET_TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET_TEST(test_send),	       NET_TEST(test_send_slowly),
		NET_TEST(test_send_nonsense),  NET_TEST(test_checksum),
		NET_TEST(test_receive),	       NET_TEST(test_receive_long),
		NET_TEST(test_receive_slowly), NET_TEST(test_receive_single),
		NET_TEST(test_tiny_buffers),   NET_TEST(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
