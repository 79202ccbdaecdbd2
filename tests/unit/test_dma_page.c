/* SPDX-License-Identifier: MIT */
/*
 * Guests of lguest 2.6.23 at a shared page: two Launchers that send to each
 * other, and what each does when the other is full, slow, gone or wrong.
 */
#include "tests/unit/cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/dma_site.h"

static char dir[64];
static struct site a, b;

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
	site_open(s);
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
	site_close(&a);
	site_close(&b);
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
		cmocka_unit_test(test_share),	       cmocka_unit_test(test_share_full),
		cmocka_unit_test(test_share_deaf),     cmocka_unit_test(test_share_busy),
		cmocka_unit_test(test_share_who_dies), cmocka_unit_test(test_share_both_ways),
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
