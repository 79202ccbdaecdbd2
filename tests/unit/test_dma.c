/* SPDX-License-Identifier: MIT */
/*
 * The DMA devices of lguest 2.6.23: what their guests cannot see for themselves,
 * who is interrupted when, and who waits for how long.
 */
#include "tests/unit/cm.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/dma_site.h"

static struct site a;

/* --- Console -------------------------------------------------------------------- */

static void console_site(void)
{
	site_open(&a);
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
	site_close(&a);
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
	site_close(&a);
}

/* --- A cable -------------------------------------------------------------------- */

static void cable_site(void)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 9 };
	int pair[2];

	site_open(&a);
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
	site_close(&a);
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
	site_close(&a);
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
	site_close(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_console_waits), cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_cable_in),      cmocka_unit_test(test_cable_out),
		cmocka_unit_test(test_cable_stuck),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
