/* SPDX-License-Identifier: MIT */
/* Devices over PCI: what the bus says, and how a driver takes a device into use. */
#include "tests/unit/pci_fixture.h"

#include "devices/net.h"

/* --- The bus ------------------------------------------------------------------------ */

static void test_bridge(void **state)
{
	(void)state;
	assert_int_not_equal(cfg_read(&all, 0, 0, 2), 0xffff);
	assert_int_equal(cfg_read(&all, 0, 10, 2), 0x0600);
	assert_int_equal(cfg_read(&all, 0, 14, 1), 0); /* one function */
	cfg_write(&all, 0, 16, 4, 0xffffffff);
	assert_int_equal(cfg_read(&all, 0, 16, 4), 0);
}

static void test_empty_slots(void **state)
{
	u32 slot;

	(void)state;
	for (slot = 3; slot < 32; slot++) {
		assert_int_equal(cfg_read(&all, slot, 0, 4), 0xffffffff);
		cfg_write(&all, slot, 4, 4, 0);
		assert_int_equal(cfg_read(&all, slot, 0, 2), 0xffff);
	}
	/* Another function, another bus, and not enabled at all. */
	pci_port_out(&all, 0xcf8, 4, 0x80000900);
	assert_int_equal(pci_port_in(&all, 0xcfc, 4), 0xffffffff);
	pci_port_out(&all, 0xcf8, 4, 0x80010800);
	assert_int_equal(pci_port_in(&all, 0xcfc, 4), 0xffffffff);
	pci_port_out(&all, 0xcf8, 4, 0x00000800);
	assert_int_equal(pci_port_in(&all, 0xcfc, 4), 0xffffffff);
}

static void test_latch(void **state)
{
	(void)state;
	pci_port_out(&all, 0xcf8, 4, 0x80000000);
	assert_int_equal(pci_port_in(&all, 0xcf8, 4), 0x80000000);
	pci_port_out(&all, 0xcfb, 1, 1); /* how a PC is probed: no latch */
	assert_int_equal(pci_port_in(&all, 0xcf8, 4), 0x80000000);
	assert_int_equal(pci_port_in(&all, 0xcf8, 2), 0xffff);
	assert_int_equal(pci_port_in(&all, 0xcfb, 1), 0xff);
	/* Over the end of the data port. */
	pci_port_out(&all, 0xcf8, 4, 0x80000800);
	assert_int_equal(pci_port_in(&all, 0xcfe, 4), 0xffffffff);
	assert_int_equal(pci_port_in(&all, 0xcfc, 1), 0xf4);
	assert_int_equal(pci_port_in(&all, 0xcfd, 1), 0x1a);
	assert_int_equal(pci_port_in(&all, 0xcfe, 2), 0x1043);
}

static void test_header(void **state)
{
	(void)state;
	assert_int_equal(cfg_read(&all, 1, 0, 4), 0x10431af4);
	assert_int_equal(cfg_read(&all, 1, 8, 4), 0x07000001);
	assert_int_equal(cfg_read(&all, 1, 46, 2), 0x40);
	assert_int_equal(cfg_read(&all, 1, 6, 2), 0x10);
	assert_int_equal(cfg_read(&all, 1, 52, 1), 64);
	assert_int_equal(cfg_read(&all, 1, 60, 2), 1); /* line 1, pin 0 */
	assert_int_equal(cfg_read(&all, 2, 60, 2), 2);
	assert_int_equal(cfg_read(&all, 2, 0, 4), 0x10421af4);
	assert_int_equal(cfg_read(&all, 2, 10, 2), 0x0180);
	assert_int_equal(cfg_read(&all, 1, 152, 4), 0);
	assert_int_equal(cfg_read(&all, 1, 252, 4), 0);
	/* What a system writes down there, and what it cannot. */
	cfg_write(&all, 1, 60, 1, 11);
	cfg_write(&all, 1, 4, 2, 0xffff);
	cfg_write(&all, 1, 0, 4, 0);
	assert_int_equal(cfg_read(&all, 1, 60, 1), 11);
	assert_int_equal(cfg_read(&all, 1, 4, 2), 0x0406);
	assert_int_equal(cfg_read(&all, 1, 0, 4), 0x10431af4);
}

static void test_capabilities(void **state)
{
	static const struct {
		u8 at, next, len, type;
		u32 offset, bytes;
	} want[] = {
		{ 64, 80, 16, 1, 0, 56 },    { 80, 100, 20, 2, 56, 2 }, { 100, 116, 16, 3, 58, 1 },
		{ 116, 132, 16, 4, 60, 12 }, { 132, 0, 20, 5, 0, 0 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(cfg_read(&all, 1, want[i].at, 4), 9u | (u32)want[i].next << 8 |
									   (u32)want[i].len << 16 |
									   (u32)want[i].type << 24);
		assert_int_equal(cfg_read(&all, 1, want[i].at + 4u, 1), 0);
		assert_int_equal(cfg_read(&all, 1, want[i].at + 8u, 4), want[i].offset);
		assert_int_equal(cfg_read(&all, 1, want[i].at + 12u, 4), want[i].bytes);
	}
	assert_int_equal(cfg_read(&all, 1, 96, 4), 0); /* one notify register for all */
	assert_int_equal(cfg_read(&all, 2, 128, 4), 6);
}

static void test_bar(void **state)
{
	u32 v;

	(void)state;
	assert_int_equal(con.bar, BARS);
	assert_int_equal(copy.bar, BARS + 128);
	cfg_write(&all, 1, 16, 4, 0xffffffff);
	assert_int_equal(cfg_read(&all, 1, 16, 4), ~127u);
	assert_int_equal(pci_read(&all, con.bar, 4, &v), -ENOENT);
	cfg_write(&all, 1, 16, 4, con.bar);
	assert_int_equal(cfg_read(&all, 1, 16, 4), con.bar);
	assert_int_equal(pci_read(&all, con.bar, 4, &v), 0);
	cfg_write(&all, 2, 16, 4, 0xffffffff);
	assert_int_equal(cfg_read(&all, 2, 16, 4), ~127u);
	/* Elsewhere: byte by byte too.  The Host hears of it. */
	cfg_write(&all, 2, 16, 4, BARS + 0x1000);
	cfg_write(&all, 2, 17, 1, (BARS >> 8) + 0x20);
	assert_int_equal(told[1].gpa, BARS + 0x2000);
	assert_int_equal(told[1].len, 128);
	assert_int_equal(pci_read(&all, BARS + 0x2000 + 60, 4, &v), 0);
	assert_memory_equal(&v, "conf", 4);
	assert_int_equal(pci_read(&all, BARS + 0x2000 + 126, 4, &v), -ENOENT);
	cfg_write(&all, 2, 20, 4, 0xffffffff);
	assert_int_equal(cfg_read(&all, 2, 20, 4), 0); /* no other */
}

static void test_not_before_start(void **state)
{
	u32 v;

	(void)state;
	devices_init(&all, &w.guest);
	console_attach(&console, &all);
	assert_int_equal(w.memory[W_RAM], LG_DEV_CONSOLE);
	assert_int_equal(cfg_read(&all, 1, 0, 4), 0xffffffff);
	assert_int_equal(pci_read(&all, BARS, 4, &v), -ENOENT);
	assert_int_equal(pci_write(&all, BARS, 4, v), -ENOENT);
	pci_start(&all);
	assert_int_equal(cfg_read(&all, 1, 0, 4), 0x10431af4);
	assert_int_equal(w.memory[W_RAM], LG_DEV_END);
	assert_int_equal(devices_status(&all, W_RAM), -ENOENT);
	/* Added while the guest runs. */
	assert_non_null(devices_add(&all, &copier, NULL, "abcdef"));
	assert_int_equal(cfg_read(&all, 2, 0, 4), 0x10421af4);
	assert_int_equal(cfg_read(&all, 2, 16, 4), BARS + 128);
}

/* --- The window -------------------------------------------------------------------------- */

static void window(const struct driver *d, u32 at, u32 len)
{
	cfg_write(&all, d->slot, d->access + 4, 1, 0);
	cfg_write(&all, d->slot, d->access + 8, 4, at);
	cfg_write(&all, d->slot, d->access + 12, 4, len);
}

static u32 window_read(const struct driver *d, u32 at, u32 len)
{
	window(d, at, len);
	return cfg_read(&all, d->slot, d->access + 16, 4);
}

static void test_window(void **state)
{
	u32 i;

	(void)state;
	cfg_write(&all, 1, 16, 4, 0xffffffff); /* it works without the BAR */
	assert_int_equal(window_read(&con, con.common + 18, 2), 2);
	window(&con, con.common, 4);
	cfg_write(&all, 1, con.access + 16, 4, 1);
	assert_int_equal(window_read(&con, con.common, 4), 1);
	assert_int_equal(window_read(&con, con.common + 4, 4), 1);
	/* Nonsense reads as 0 and changes nothing. */
	assert_int_equal(window_read(&con, 0, 3), 0);
	assert_int_equal(window_read(&con, 2, 4), 0);
	assert_int_equal(window_read(&con, 128, 1), 0);
	assert_int_equal(window_read(&con, 0xfffffffc, 4), 0);
	cfg_write(&all, 1, con.access + 4, 1, 1);
	assert_int_equal(cfg_read(&all, 1, con.access + 16, 4), 0);
	/* How an early console prints. */
	window(&con, con.config + 8, 4);
	for (i = 0; i < 5; i++)
		cfg_write(&all, 1, con.access + 16, 4, (u32) "early"[i]);
	console_work(&console);
	assert_int_equal(w.out_len, 5);
	assert_memory_equal(w.out, "early", 5);
	assert_false(all.device[0].broken);
}

static void test_early_text_waits(void **state)
{
	u32 i;

	(void)state;
	w.out_room = 0;
	for (i = 0; i < CONSOLE_OUT_MAX; i++) {
		assert_true(console_emergency_room(&console));
		reg_write(&con, con.config + 8, 4, 'a' + i % 26);
		console_work(&console);
	}
	assert_false(console_emergency_room(&console));
	w.out_room = 100;
	console_work(&console);
	assert_true(console_emergency_room(&console));
	reg_write(&con, con.config + 8, 1, '!');
	w.out_room = 1 << 19;
	console_work(&console);
	assert_int_equal(w.out_len, CONSOLE_OUT_MAX + 1);
	assert_int_equal(w.out[200], 'a' + 200 % 26);
	assert_int_equal(w.out[CONSOLE_OUT_MAX], '!');
}

/* --- A driver that behaves ---------------------------------------------------------- */

static void test_registers(void **state)
{
	(void)state;
	reg_write(&con, 0, 4, 0);
	assert_int_equal(reg_read(&con, 4, 4), LG_CONSOLE_F_SIZE | LG_CONSOLE_F_EMERG_WRITE);
	reg_write(&con, 0, 4, 1);
	assert_int_equal(reg_read(&con, 4, 4), 1);
	reg_write(&con, 0, 4, 2);
	assert_int_equal(reg_read(&con, 4, 4), 0);
	reg_write(&con, 16, 2, 3);
	assert_int_equal(reg_read(&con, 16, 4), 0x0002ffff);
	reg_write(&con, 22, 2, 1);
	assert_int_equal(reg_read(&con, 24, 2), 256);
	assert_int_equal(reg_read(&con, 26, 2), 0xffff);
	assert_int_equal(reg_read(&con, 28, 4), 0);
	reg_write(&con, 22, 2, 2);
	assert_int_equal(reg_read(&con, 24, 2), 0); /* there is none */
	console_resize(&console, 25, 80);
	assert_int_equal(reg_read(&con, con.config, 4), 25 << 16 | 80);
	assert_int_equal(reg_read(&con, 21, 1), 1); /* generation */
	assert_int_equal(w.irqs, 0);		    /* nobody drives it yet */
	assert_int_equal(reg_read(&con, con.config + 12, 4), 0);
	assert_false(all.device[0].broken);
}

static void test_output(void **state)
{
	const struct vq_piece hello[] = { { 0x20001, 3 }, { 0x100, 2 } };
	u32 i, id, len;

	(void)state;
	start_console();
	for (i = 0; i < 600; i++) { /* more than twice around */
		memcpy(w.memory + 0x20001, "hel", 3);
		memcpy(w.memory + 0x100, "lo", 2);
		queue_offer(&w, &tx, (u16)(2 * i), hello, 2, 2);
		driver_notify(&con, 1);
		assert_int_equal(queue_used(&w, &tx, &id, &len), 1);
		assert_int_equal(id, 2 * i % 256);
		assert_int_equal(len, 0);
	}
	assert_int_equal(w.out_len, 3000);
	assert_memory_equal(w.out + 2995, "hello", 5);
	assert_int_equal(w.irqs, 1u << 1);
	assert_int_equal(cfg_read(&all, 1, 6, 2), 0x18); /* interrupt pending */
	assert_int_equal(reg_read(&con, con.isr, 1), 1);
	assert_int_equal(reg_read(&con, con.isr, 1), 0);
	assert_int_equal(cfg_read(&all, 1, 6, 2), 0x10);
}

static void test_input(void **state)
{
	const struct vq_piece room[] = { { 0x30000, 3 }, { 0x40000, 100 } };
	u32 id, len, i;

	(void)state;
	start_console();
	for (i = 0; i < 9; i++) {
		queue_offer(&w, &rx, (u16)(2 * i), room, 0, 2);
		driver_notify(&con, 0);
		console_type(&console, "input", 5);
		console_work(&console);
		assert_int_equal(queue_used(&w, &rx, &id, &len), 1);
		assert_int_equal(id, 2 * i % 4);
		assert_int_equal(len, 5);
		assert_memory_equal(w.memory + 0x30000, "inp", 3);
		assert_memory_equal(w.memory + 0x40000, "ut", 2);
	}
	assert_int_equal(w.irqs, 1u << 1);
}

static void test_config_interrupt(void **state)
{
	(void)state;
	start_console();
	console_resize(&console, 50, 132);
	assert_int_equal(w.irqs, 1u << 1);
	assert_int_equal(reg_read(&con, con.isr, 1), 2);
	assert_int_equal(reg_read(&con, con.config, 2), 132);
}

static void test_reset(void **state)
{
	const struct vq_piece text = { 0x20000, 4 };
	u32 id, len;

	(void)state;
	memset(w.memory + 0x20000, 'x', 4);
	start_console();
	reg_write(&con, 20, 1, 0);
	assert_int_equal(driver_status(&con), 0);
	reg_write(&con, 22, 2, 1);
	assert_int_equal(reg_read(&con, 24, 2), 256);
	assert_int_equal(reg_read(&con, 28, 2), 0);
	assert_int_equal(reg_read(&con, 32, 4), 0);
	assert_int_equal(w.memory[0x20000], 'x'); /* the guest's memory is its own */
	memset(w.memory + 0x1000, 0, 0x10000);
	start_console();
	queue_offer(&w, &tx, 0, &text, 1, 1);
	driver_notify(&con, 1);
	assert_int_equal(queue_used(&w, &tx, &id, &len), 1);
	assert_memory_equal(w.out, "xxxx", 4);
}

/* --- A network card: always the long header ------------------------------------------------------ */

static void test_net_header(void **state)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 1 };
	struct vq_piece p[2] = { { 0x1000, 12 }, { 0x1100, 60 } };
	struct driver_queue in = { 0x8000, 0x9000, 0xb000, 16, 0, 0 };
	struct driver_queue out = { 0xc000, 0xd000, 0xe000, 16, 0, 0 };
	static struct net net;
	struct driver card;
	u8 wire[64];
	u32 id, len;
	int fds[2], t;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(net_open(&net, NET_PLAIN, fds[0], -1, mac, 1500, "test"), 0);
	assert_non_null(net_attach(&net, &all));
	driver_find(&card, &all, 3);
	assert_int_equal(cfg_read(&all, 3, 10, 2), 0x0200);
	assert_int_equal(reg_read(&card, card.config, 1), 2);
	driver_agree(&card, 0); /* no mergeable buffers */
	driver_queue(&card, 0, &in);
	driver_queue(&card, 1, &out);
	driver_set(&card, 4);
	memset(w.memory + 0x1000, 0, 12);
	memset(w.memory + 0x1100, 0x5a, 60);
	queue_offer(&w, &out, 0, p, 2, 2);
	driver_notify(&card, 1);
	assert_int_equal(recv(fds[1], wire, 64, MSG_WAITALL), 64);
	assert_int_equal(wire[3], 60);
	assert_int_equal(wire[4], 0x5a);
	p[1].gpa = 0x1200;
	queue_offer(&w, &in, 0, p, 0, 2);
	memset(w.memory + 0x1000, 0xff, 12);
	driver_notify(&card, 0);
	assert_int_equal(send(fds[1], wire, 64, 0), 64);
	for (t = 0; t < 5000 && !queue_used(&w, &in, &id, &len); t++)
		usleep(1000);
	assert_int_equal(len, 72);
	assert_int_equal(w.memory[0x1000 + 10], 1); /* in one buffer */
	assert_int_equal(w.memory[0x1200 + 59], 0x5a);
	reg_write(&card, 20, 1, 0);
	settle();
	for (t = 0; t < 500 && !devices_stop(&all); t++)
		hear(10);
	net_close(&net);
	close(fds[1]);
}

int main(void)
{
#define T(x) cmocka_unit_test_setup_teardown(x, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_bridge),
		T(test_empty_slots),
		T(test_latch),
		T(test_header),
		T(test_capabilities),
		T(test_bar),
		T(test_not_before_start),
		T(test_window),
		T(test_early_text_waits),
		T(test_registers),
		T(test_output),
		T(test_input),
		T(test_config_interrupt),
		T(test_reset),
		T(test_net_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
