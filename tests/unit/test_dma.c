/* SPDX-License-Identifier: MIT */
/*
 * The DMA devices of lguest 2.6.23: what their guests cannot see for themselves,
 * who is interrupted when, who waits for how long, and two Launchers that send
 * to each other.
 */
#include "tests/unit/cm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "devices/dma_share.h"
#include "devices/net.h"
#include "devices/worker.h"
#include "tests/unit/fake_world.h"

#define LISTS 0x1000u
#define DATA  0x8000u
#define IRQ   5u
#define PAGE  (W_RAM + LG_PAGE_SIZE) /* of the first device that has one */
#define MS    1000000u

static char dir[64];

struct site {
	struct world w;
	struct devices all;
	struct dma_bus bus;
	struct console console;
	struct net net;
	int cable;
	struct dma_share share;
};

static struct site a, b;

static void open_site(struct site *s)
{
	memset(s, 0, sizeof(*s));
	world_init(&s->w);
	s->share.requests = s->share.answers = s->cable = s->net.fd = -1;
	dma_bus_init(&s->bus, &s->w.guest, &s->all, eventfd(0, EFD_NONBLOCK),
		     timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	console_init(&s->console, &s->w.stream);
	if (!console_attach(&s->console, &s->all))
		abort();
}

static void close_site(struct site *s)
{
	while (!devices_stop(&s->all))
		poll(NULL, 0, 1);
	if (s->net.out) {
		net_close(&s->net);
		close(s->cable);
	}
	close(s->bus.wake);
	close(s->bus.timer);
	if (s->share.requests >= 0) {
		close(s->share.requests);
		close(s->share.answers);
	}
}

/* A list of one section of len bytes at data. */
static void list(struct site *s, unsigned n, u32 data, u16 len)
{
	u8 *l = s->w.memory + LISTS + n * DMA_LIST_LEN;

	memset(l, 0, DMA_LIST_LEN);
	memcpy(l + 4, &data, 4);
	memcpy(l + 68, &len, 2);
}

static u32 used(struct site *s, unsigned n)
{
	u32 v;

	memcpy(&v, s->w.memory + LISTS + n * DMA_LIST_LEN, 4);
	return v;
}

static void set_used(struct site *s, unsigned n, u32 v)
{
	memcpy(s->w.memory + LISTS + n * DMA_LIST_LEN, &v, 4);
}

/* n buffers of 100 bytes for the key, lists from the n-th on. */
static void bind_buffers(struct site *s, u32 key, unsigned first, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		list(s, first + i, DATA + (first + i) * 128, 100);
	assert_int_equal(dma_bus_bind(&s->bus, key, LISTS + first * DMA_LIST_LEN, n, IRQ), 1);
}

static void turn(struct site *s, int ms)
{
	struct pollfd p[4] = { { s->bus.wake, POLLIN, 0 },
			       { s->bus.timer, POLLIN, 0 },
			       { share_requests_fd(&s->share), POLLIN, 0 },
			       { share_answers_fd(&s->share), POLLIN, 0 } };

	poll(p, 4, ms);
	dma_bus_work(&s->bus);
	console_work(&s->console);
}

static void turns(struct site *s, unsigned ms)
{
	u64 end = worker_now() + (u64)ms * MS;

	while (worker_now() < end)
		turn(s, 1);
}

/* Until it is so; a busy machine may take its time. */
#define UNTIL(s, what) \
	do { \
		u64 end_ = worker_now() + 10000ull * MS; \
		while (!(what) && worker_now() < end_) \
			turn(s, 1); \
		assert_true(what); \
	} while (0)

/* --- Console -------------------------------------------------------------------- */

static void console_site(void)
{
	open_site(&a);
	assert_int_equal(dma_add_console(&a.bus, a.console.device), 0);
}

static void test_console_waits(void **state)
{
	(void)state;
	console_site();
	list(&a, 0, DATA, 100);
	memset(a.w.memory + DATA, 'x', 100);
	a.w.out_room = 40;
	assert_int_equal(dma_bus_send(&a.bus, 0, LISTS), DMA_LATER);
	UNTIL(&a, a.w.out_len == 40);
	turns(&a, 5);
	assert_int_equal(a.bus.sending, 1); /* the terminal takes no more */
	assert_int_equal(a.w.out_len, 40);
	a.w.out_room = 1000;
	UNTIL(&a, !a.bus.sending);
	assert_int_equal(used(&a, 0), 100);
	assert_int_equal(a.w.out_len, 100);
	close_site(&a);
}

/* What is typed is kept until there is a buffer; who has one that is full is told once. */
static void test_typed_ahead(void **state)
{
	(void)state;
	console_site();
	console_type(&a.console, "abc", 3);
	turns(&a, 3);
	assert_int_equal(a.w.irqs, 0);
	list(&a, 0, DATA, 2);
	set_used(&a, 0, 7);
	assert_int_equal(dma_bus_bind(&a.bus, 0, LISTS, 1, IRQ), 1);
	UNTIL(&a, a.w.irqs == 1u << IRQ);
	assert_int_equal(used(&a, 0), 7);
	a.w.irqs = 0;
	turns(&a, 40);
	assert_int_equal(a.w.irqs, 0);
	set_used(&a, 0, 0);
	UNTIL(&a, used(&a, 0) == 2);
	assert_memory_equal(a.w.memory + DATA, "ab", 2);
	assert_int_equal(a.w.irqs, 1u << IRQ);
	set_used(&a, 0, 0);
	UNTIL(&a, used(&a, 0) == 1);
	assert_int_equal(a.w.memory[DATA], 'c');
	UNTIL(&a, !a.bus.armed); /* idle again: no timer */
	close_site(&a);
}

/* --- A cable -------------------------------------------------------------------- */

static void cable_site(void)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 9 };
	int pair[2];

	open_site(&a);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		abort();
	a.cable = pair[0];
	assert_int_equal(net_open(&a.net, NET_PLAIN, pair[1], -1, mac, 1500, "test"), 0);
	assert_non_null(net_attach(&a.net, &a.all));
	assert_int_equal(dma_add_net(&a.bus, a.net.device), 0);
	assert_int_equal(dma_add_console(&a.bus, a.console.device), 0);
}

static void frame_in(u32 len, u8 fill)
{
	static u8 frame[2048];
	u32 word = htonl(len);

	memset(frame, fill, len);
	if (write(a.cable, &word, 4) != 4 || write(a.cable, frame, len) != (ssize_t)len)
		abort();
}

/* All come, in order, as buffers become free; nothing is lost meanwhile. */
static void test_cable_in(void **state)
{
	u32 i, got = 0, t;

	(void)state;
	cable_site();
	assert_int_equal(a.w.memory[PAGE], 1); /* we hear all */
	bind_buffers(&a, PAGE + 4, 0, 2);
	for (i = 0; i < 60; i++)
		frame_in(60 + i % 40, (u8)i);
	for (t = 0; t < 10000 && got < 60; t++) {
		turn(&a, 1);
		if (!used(&a, got % 2))
			continue;
		assert_int_equal(used(&a, got % 2), 60 + got % 40);
		assert_int_equal(a.w.memory[DATA + got % 2 * 128], (u8)got);
		set_used(&a, got % 2, 0);
		got++;
	}
	assert_int_equal(got, 60);
	assert_int_equal(a.w.irqs, 1u << IRQ);
	close_site(&a);
}

static void test_cable_out(void **state)
{
	u8 got[200];
	u32 word;

	(void)state;
	cable_site();
	list(&a, 0, DATA, 100);
	memset(a.w.memory + DATA, 'y', 100);
	assert_int_equal(dma_bus_send(&a.bus, PAGE + 4, LISTS), DMA_DONE);
	assert_int_equal(used(&a, 0), 0); /* ourselves: nobody */
	assert_int_equal(dma_bus_send(&a.bus, PAGE, LISTS), DMA_DONE);
	assert_int_equal(used(&a, 0), 100);
	memset(a.w.memory + DATA, 'z', 100); /* it is ours again */
	UNTIL(&a, recv(a.cable, got, sizeof(got), MSG_PEEK) == 104);
	assert_int_equal(read(a.cable, got, sizeof(got)), 104);
	memcpy(&word, got, 4);
	assert_int_equal(ntohl(word), 100);
	assert_int_equal(got[4], 'y');
	assert_int_equal(got[103], 'y');
	list(&a, 0, DATA, 13);
	set_used(&a, 0, 55);
	assert_int_equal(dma_bus_send(&a.bus, PAGE, LISTS), DMA_DONE);
	assert_int_equal(used(&a, 0), 0); /* that is no frame */
	close_site(&a);
}

/* Nobody at the other end reads: the sender waits for a moment, and no longer. */
static void test_cable_stuck(void **state)
{
	u64 start, waited = 0;
	u32 n;

	(void)state;
	cable_site();
	list(&a, 0, DATA, 1500);
	for (n = 0; n < 10000 && (!n || used(&a, 0)); n++) {
		start = worker_now();
		set_used(&a, 0, 7);
		dma_bus_send(&a.bus, PAGE, LISTS);
		UNTIL(&a, !a.bus.sending);
		waited = worker_now() - start;
		assert_true(used(&a, 0) == 1500 || !used(&a, 0));
	}
	assert_in_range(n, DMA_NET_SLOTS, 9999);
	assert_in_range(waited, 40 * MS, 10000ull * MS);
	close_site(&a);
}

/* --- Two at a page ----------------------------------------------------------------- */

static int datagram(const struct dma_share *sh, unsigned slot, int answers)
{
	struct sockaddr_un at;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	share_address(sh, slot, answers, &at);
	unlink(at.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		abort();
	return fd;
}

static void share_site(struct site *s, unsigned slot)
{
	open_site(s);
	snprintf(s->share.prefix, sizeof(s->share.prefix), "%s/s.", dir);
	s->share.slot = slot;
	s->share.requests = datagram(&s->share, slot, 0);
	s->share.answers = datagram(&s->share, slot, 1);
	assert_int_equal(dma_add_share(&s->bus, &s->share), 0);
	assert_int_equal(dma_add_console(&s->bus, s->console.device), 0);
}

static void both(void)
{
	share_site(&a, 0);
	share_site(&b, 1);
}

static void close_both(void)
{
	close_site(&a);
	close_site(&b);
}

/* From a's list 20 to b, with all the time in the world. */
static void to_b(int expected)
{
	assert_int_equal(dma_bus_send(&a.bus, PAGE + 4, LISTS + 20 * DMA_LIST_LEN), expected);
	a.share.patience = 20000ull * MS;
}

static void test_share(void **state)
{
	(void)state;
	both();
	list(&a, 20, DATA + 0x4000, 80);
	memset(a.w.memory + DATA + 0x4000, 'q', 80);
	to_b(DMA_LATER);
	turn(&b, 10); /* nothing is bound there yet */
	UNTIL(&a, !a.bus.sending);
	assert_int_equal(used(&a, 20), 0);
	bind_buffers(&b, PAGE + 4, 0, 1);
	to_b(DMA_LATER);
	turn(&b, 10);
	assert_int_equal(used(&b, 0), 80);
	assert_int_equal(b.w.irqs, 1u << IRQ);
	assert_memory_equal(b.w.memory + DATA, a.w.memory + DATA + 0x4000, 80);
	assert_int_equal(a.bus.sending, 1);
	turn(&a, 10);
	assert_int_equal(a.bus.sending, 0);
	assert_int_equal(used(&a, 20), 80);
	close_both();
}

/* No buffer: an interrupt at once, a second look, and then the answer. */
static void test_share_full(void **state)
{
	u64 start;

	(void)state;
	both();
	bind_buffers(&b, PAGE + 4, 0, 1);
	set_used(&b, 0, 50);
	list(&a, 20, DATA, 80);
	to_b(DMA_LATER);
	turn(&b, 10);
	assert_int_equal(b.w.irqs, 1u << IRQ);
	assert_int_equal(b.share.parked, 1);
	turn(&a, 0);
	assert_int_equal(a.bus.sending, 1);
	set_used(&b, 0, 0); /* in time */
	start = worker_now();
	while (b.share.parked)
		turn(&b, 10);
	assert_in_range(worker_now() - start, 0, 5000ull * MS);
	turn(&a, 10);
	assert_int_equal(used(&a, 20), 80);

	to_b(DMA_LATER);
	b.w.irqs = 0;
	while (a.bus.sending) {
		turn(&b, 1);
		turn(&a, 0);
	}
	assert_int_equal(used(&a, 20), 0);
	assert_int_equal(b.w.irqs, 1u << IRQ);
	assert_int_equal(used(&b, 0), 80); /* as it was */
	close_both();
}

/* Somebody who never answers is waited for once, and again when he is heard of. */
static void test_share_deaf(void **state)
{
	struct share_message m = { SHARE_MAGIC, SHARE_VERSION, 1, 0, 0, 0 };
	struct sockaddr_un at;
	u64 start = worker_now();

	(void)state;
	both();
	list(&a, 20, DATA, 80);
	assert_int_equal(dma_bus_send(&a.bus, PAGE + 4, LISTS + 20 * DMA_LIST_LEN), DMA_LATER);
	while (a.bus.sending)
		turn(&a, 10);
	assert_in_range(worker_now() - start, 90 * MS, 10000ull * MS);
	assert_int_equal(used(&a, 20), 0);
	assert_int_equal(dma_bus_send(&a.bus, PAGE + 4, LISTS + 20 * DMA_LIST_LEN), DMA_DONE);
	/* The answer to the first comes: it is too late for that, but a sign of life. */
	bind_buffers(&b, PAGE + 4, 0, 2);
	turn(&b, 10);
	assert_int_equal(used(&b, 0), 80);
	turn(&a, 10);
	assert_int_equal(used(&a, 20), 0);
	to_b(DMA_LATER);
	/* One that is not for this request does not count. */
	m.seq = a.share.seq - 1;
	m.len = 80;
	share_address(&a.share, 0, 1, &at);
	sendto(b.share.requests, &m, sizeof(m), 0, (struct sockaddr *)&at, sizeof(at));
	turn(&a, 10);
	assert_int_equal(a.bus.sending, 1);
	/* Nor does one take more than there was. */
	m.seq = a.share.seq;
	m.len = 0xffffffff;
	sendto(b.share.requests, &m, sizeof(m), 0, (struct sockaddr *)&at, sizeof(at));
	turn(&a, 10);
	assert_int_equal(a.bus.sending, 0);
	assert_int_equal(used(&a, 20), 80);
	close_both();
}

/* His queue is full: try again, for a while. */
static void test_share_busy(void **state)
{
	static const char junk[64];
	struct sockaddr_un at;
	u64 start = worker_now();

	(void)state;
	both();
	bind_buffers(&b, PAGE + 4, 0, 1);
	share_address(&a.share, 1, 0, &at);
	while (sendto(a.share.answers, junk, sizeof(junk), MSG_DONTWAIT, (struct sockaddr *)&at,
		      sizeof(at)) > 0)
		;
	list(&a, 20, DATA, 80);
	to_b(DMA_LATER);
	turn(&a, 2);
	assert_int_equal(a.share.sent, 0);
	while (a.bus.sending && worker_now() - start < 2000ull * MS) {
		turn(&a, 1);
		turn(&b, 0);
	}
	assert_int_equal(used(&a, 20), 80);
	close_both();
}

/* A guest whose own list is bad is the one that dies. */
static void test_share_who_dies(void **state)
{
	(void)state;
	both();
	list(&b, 0, 0xfffff000u, 100);
	assert_int_equal(dma_bus_bind(&b.bus, PAGE + 4, LISTS, 1, IRQ), 1);
	list(&a, 20, DATA, 80);
	to_b(DMA_LATER);
	turn(&b, 10);
	turn(&a, 10);
	assert_string_equal(b.w.killed, "bad DMA entry: 100@0xfffff000");
	assert_string_equal(a.w.killed, "");
	assert_int_equal(a.bus.sending, 0);
	assert_int_equal(used(&a, 20), 0);
	close_both();
}

/* Both send all the time, neither guest ever runs meanwhile: nobody hangs. */
static void test_share_both_ways(void **state)
{
	u32 sent[2] = { 0, 0 }, taken[2] = { 0, 0 }, i, n;
	struct site *s[2] = { &a, &b };
	u64 start = worker_now();

	(void)state;
	both();
	for (i = 0; i < 2; i++) {
		bind_buffers(s[i], PAGE + 4 * i, 0, 4);
		list(s[i], 20, DATA, 100);
		set_used(s[i], 20, 1);
	}
	while ((sent[0] < 3000 || sent[1] < 3000) && worker_now() - start < 20000ull * MS)
		for (i = 0; i < 2; i++) {
			if (!s[i]->bus.sending) {
				sent[i] += used(s[i], 20) == 100;
				dma_bus_send(&s[i]->bus, PAGE + 4 * (1 - i),
					     LISTS + 20 * DMA_LIST_LEN);
			}
			turn(s[i], 0);
			for (n = 0; n < 4 && sent[i] % 3; n++) /* now and then it is slow */
				if (used(s[i], n)) {
					taken[i]++;
					set_used(s[i], n, 0);
				}
		}
	assert_in_range(sent[0], 3000, 1000000);
	assert_in_range(sent[1], 3000, 1000000);
	/* What the senders were told is what came, but for what is under way. */
	assert_in_range(taken[1] + 5, sent[0], sent[0] + 10);
	assert_in_range(taken[0] + 5, sent[1], sent[1] + 10);
	close_both();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_console_waits),	cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_cable_in),	cmocka_unit_test(test_cable_out),
		cmocka_unit_test(test_cable_stuck),	cmocka_unit_test(test_share),
		cmocka_unit_test(test_share_full),	cmocka_unit_test(test_share_deaf),
		cmocka_unit_test(test_share_busy),	cmocka_unit_test(test_share_who_dies),
		cmocka_unit_test(test_share_both_ways),
	};
	char command[80];
	int failed;

	strcpy(dir, "/tmp/lguest-dma-XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) || failed;
}
