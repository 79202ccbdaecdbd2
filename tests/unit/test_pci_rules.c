/* SPDX-License-Identifier: MIT */
/*
 * Devices over PCI that somebody serves meanwhile, and what happens to drivers
 * that break the rules.
 */
#include "tests/unit/pci_fixture.h"

/* --- ... with a worker -------------------------------------------------------------------------- */

static struct driver_queue q = { 0x8000, 0x9000, 0xb000, 16, 0, 0 };

static void start_copier(u32 features)
{
	memset(w.memory + 0x8000, 0, 0x4000);
	driver_agree(&copy, features);
	driver_queue(&copy, 0, &q);
	driver_set(&copy, 4);
	assert_int_equal(driver_status(&copy), 15);
}

static void request(u32 i)
{
	const struct vq_piece p[] = { { 0x1000 + i % 8 * 64, 4 }, { 0x2000 + i % 8 * 64, 4 } };

	memcpy(w.memory + p[0].gpa, &i, 4);
	memset(w.memory + p[1].gpa, 0xff, 4);
	queue_offer(&w, &q, (u16)(2 * i), p, 1, 2);
	driver_notify(&copy, 0);
}

static void await(u32 i)
{
	u32 id, len, v;
	int t;

	for (t = 0; t < 5000 && !queue_used(&w, &q, &id, &len); t++)
		usleep(1000);
	assert_true(t < 5000);
	assert_int_equal(id, 2 * i % 16);
	assert_int_equal(len, 4);
	memcpy(&v, w.memory + 0x2000 + i % 8 * 64, 4);
	assert_int_equal(v, i);
}

static void test_worker(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(told[1].queues, 0);
	start_copier(0);
	/* The second queue was not set up: that is allowed, and nobody looks there. */
	assert_int_equal(told[1].queues, 1);
	assert_int_equal(told[1].pfn, all.device[1].vq[0].pfn);
	assert_int_equal(told[1].isr, W_RAM + 4);
	assert_int_equal(w.route[told[1].pfn - W_RAM / LG_PAGE_SIZE], 1);
	for (i = 0; i < 1000; i++) {
		request(i);
		await(i);
	}
	assert_int_equal(w.irqs, 1u << 2);
	assert_int_equal(reg_read(&copy, copy.isr, 1), 1);
	reg_write(&copy, 20, 1, 0);
	assert_int_equal(told[1].queues, 0);
	settle();
	assert_int_equal(driver_status(&copy), 0);
}

/* Resets in the middle of work: no request of the old life is ever answered in the new one. */
static void test_worker_resets(void **state)
{
	u32 life, i;

	(void)state;
	for (life = 0; life < 200; life++) {
		start_copier(life & 1 ? LG_RING_F_EVENT_IDX : 0);
		for (i = 0; i < life % 8; i++)
			request(i);
		for (i = 0; i < life % 3 && i < life % 8; i++)
			await(i);
		reg_write(&copy, 20, 1, 0);
		settle();
		assert_int_equal(driver_status(&copy), 0);
		assert_null(all.device[1].vq[0].avail);
	}
}

static void test_worker_misused(void **state)
{
	(void)state;
	start_copier(0);
	request(0);
	await(0);
	reg_read(&copy, copy.isr, 1);
	driver_notify(&copy, 1); /* not enabled */
	settle();
	assert_int_equal(driver_status(&copy), 15 | 64);
	assert_contains(all.device[1].why, "queue 1 notified, which is not enabled");
	assert_int_equal(reg_read(&copy, copy.isr, 1) & 2, 2);
	driver_notify(&copy, 0); /* ignored */
	reg_write(&copy, 20, 1, 0);
	settle();
	assert_int_equal(driver_status(&copy), 0);
	start_copier(0);
	request(0);
	await(0);
}

/* The worker finds that the driver breaks a rule of the ring. */
static void test_worker_breaks(void **state)
{
	const struct vq_piece outside = { BARS, 4 };
	int t;

	(void)state;
	start_copier(0);
	queue_offer(&w, &q, 0, &outside, 1, 1);
	driver_notify(&copy, 0);
	for (t = 0; t < 5000 && driver_status(&copy) != (15 | 64); t++)
		usleep(1000);
	assert_int_equal(driver_status(&copy), 15 | 64);
	assert_int_equal(reg_read(&copy, copy.isr, 1) & 2, 2);
	reg_write(&copy, 20, 1, 0);
	settle();
	start_copier(0);
	request(0);
	await(0);
}

/* --- Drivers that break the rules ------------------------------------------------------------------ */

/* A broken device says why once, hears nothing, and is as new after a reset. */
static void is_misused(const char *why)
{
	struct device *d = &all.device[0];

	assert_true(d->broken);
	assert_int_equal(driver_status(&con) & 64, 64);
	if (!strstr(d->why, why))
		fail_msg("\"%s\" expected, but \"%s\"", why, d->why);
	driver_set(&con, 4);
	driver_notify(&con, 0);
	reg_write(&con, 20, 1, 0);
	assert_false(d->broken);
	assert_int_equal(driver_status(&con), 0);
	assert_int_equal(w.killed[0], 0);
}

static void test_status_rules(void **state)
{
	(void)state;
	reg_write(&con, 20, 1, 2);
	is_misused("status DRIVER written before ACKNOWLEDGE");
	reg_write(&con, 20, 1, 1);
	reg_write(&con, 20, 1, 9);
	is_misused("status FEATURES_OK written before DRIVER");
	reg_write(&con, 20, 1, 3);
	reg_write(&con, 20, 1, 7); /* as virtio 0.9 did */
	is_misused("status DRIVER_OK written before FEATURES_OK");
	reg_write(&con, 20, 1, 3);
	reg_write(&con, 20, 1, 2);
	is_misused("status 0x2 written, was 0x3");
	reg_write(&con, 20, 1, 0x11);
	is_misused("bits 0x10 mean nothing");
	reg_write(&con, 20, 2, 1);
	is_misused("2 bytes written at 0x14");
	/* All at once, in order, is fine. */
	reg_write(&con, 8, 4, 1);
	reg_write(&con, 12, 4, 1);
	reg_write(&con, 20, 1, 15);
	assert_int_equal(driver_status(&con), 15);
}

static void test_gives_up(void **state)
{
	(void)state;
	driver_set(&con, 1);
	driver_set(&con, 128);
	driver_set(&con, 2);
	assert_int_equal(driver_status(&con), 129);
	reg_write(&con, 20, 1, 0);
	assert_int_equal(driver_status(&con), 0);
}

static void test_feature_rules(void **state)
{
	(void)state;
	driver_set(&con, 1);
	driver_set(&con, 2);
	driver_set(&con, 8);
	assert_int_equal(driver_status(&con), 3 | 64); /* not FEATURES_OK */
	is_misused("FEATURES_OK without feature 32");
	driver_agree(&con, 1u << 15);
	is_misused("features 0x100008000 accepted but only 0x100000005 offered");
	driver_agree(&con, 0);
	reg_write(&con, 12, 4, 0);
	is_misused("features written after FEATURES_OK");
	reg_write(&con, 8, 4, 7);
	reg_write(&con, 12, 4, 0);
	assert_false(all.device[0].broken);
	reg_write(&con, 12, 4, 4);
	is_misused("features 0x4 of word 7 accepted");
}

static void set_queue(u32 at, u32 len, u32 value)
{
	driver_agree(&con, 0);
	reg_write(&con, at, len, value);
}

static void test_queue_rules(void **state)
{
	static const u32 sizes[] = { 0, 3, 257, 512, 0xffff };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		set_queue(24, 2, sizes[i]);
		is_misused("a power of 2 up to 256 is wanted");
	}
	driver_agree(&con, 0);
	reg_write(&con, 22, 2, 9);
	reg_write(&con, 24, 2, 16);
	is_misused("queue 9 set up, but there are only 2");
	set_queue(28, 2, 0);
	is_misused("0 written to queue_enable");
	driver_set(&con, 3);
	reg_write(&con, 28, 2, 1);
	is_misused("queue 0 enabled before FEATURES_OK");
	driver_agree(&con, 0);
	driver_queue(&con, 0, &rx);
	reg_write(&con, 28, 2, 1);
	is_misused("queue 0 set up after it was enabled");
	start_console();
	reg_write(&con, 22, 2, 1);
	reg_write(&con, 32, 4, 0);
	is_misused("queue 1 set up after DRIVER_OK");
}

static void test_queue_addresses(void **state)
{
	static const struct {
		u32 at, low, high;
		const char *why;
	} bad[] = {
		{ 32, BARS, 0, "descriptors are outside memory" },
		{ 32, BARS - 4095, 0, "descriptors are not on a multiple of 16" },
		{ 32, BARS - 4080, 0, "descriptors are outside memory" },
		{ 32, 0x1000, 1, "descriptors are outside memory" },
		{ 32, 0xfffffff0, 0xffffffff, "descriptors are outside memory" },
		{ 40, 0x1001, 0, "available ring is not on a multiple of 2" },
		{ 40, BARS - 2, 0, "available ring is outside memory" },
		{ 48, 0x1002, 0, "used ring is not on a multiple of 4" },
		{ 48, 0xfffffffc, 0, "used ring is outside memory" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		set_queue(bad[i].at, 4, bad[i].low);
		reg_write(&con, bad[i].at + 4, 4, bad[i].high);
		reg_write(&con, 28, 2, 1);
		is_misused(bad[i].why);
	}
}

static void test_notify_rules(void **state)
{
	(void)state;
	driver_notify(&con, 0);
	is_misused("queue 0 notified before DRIVER_OK");
	start_console();
	driver_notify(&con, 5);
	is_misused("queue 5 notified, but there are only 2");
	driver_agree(&con, 0);
	driver_queue(&con, 1, &tx);
	driver_set(&con, 4);
	driver_notify(&con, 1);
	assert_false(all.device[0].broken);
	console_type(&console, "x", 1); /* nowhere to put it */
	console_work(&console);
	driver_notify(&con, 0);
	is_misused("queue 0 notified, which is not enabled");
}

static void test_registers_that_cannot_be_written(void **state)
{
	static const u32 bad[][2] = { { 4, 4 },	 { 18, 2 }, { 21, 1 }, { 30, 2 },
				      { 58, 1 }, { 32, 2 }, { 33, 1 }, { 0, 1 },
				      { 56, 4 }, { 59, 1 }, { 22, 4 } };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		reg_write(&con, bad[i][0], bad[i][1], 0);
		is_misused("none there can be written so");
	}
	reg_write(&con, con.config, 4, 0xffffffff); /* of the device's own: harmless */
	assert_int_equal(reg_read(&con, con.config, 4), 0);
	assert_false(all.device[0].broken);
}

int main(void)
{
#define T(x) cmocka_unit_test_setup_teardown(x, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_worker),
		T(test_worker_resets),
		T(test_worker_misused),
		T(test_worker_breaks),
		T(test_status_rules),
		T(test_gives_up),
		T(test_feature_rules),
		T(test_queue_rules),
		T(test_queue_addresses),
		T(test_notify_rules),
		T(test_registers_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
