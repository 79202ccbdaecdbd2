/* SPDX-License-Identifier: MIT */
/* The device page, the status protocol, and the console in both directions. */
#include "tests/unit/cm.h"

#include <errno.h>

#include "tests/unit/fake_world.h"

#define DESC   W_RAM			  /* gpa of the console's record */
#define NEXT   (DESC + 5 + 2 * 8 + 2 * 4 + 4) /* and of the one behind it */
#define RX     (W_RAM / LG_PAGE_SIZE + 1) /* pfn */
#define TX     (RX + 3)
#define RX_IRQ (1u << 1)
#define TX_IRQ (1u << 2)

static struct world w;
static struct devices all;
static struct console con;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	devices_init(&all, &w.guest);
	console_init(&con, &w.stream);
	return console_attach(&con, &all) ? 0 : -1;
}

static int setup_started(void **state)
{
	if (setup(state))
		return -1;
	w.memory[DESC + 4] = LG_DEV_S_ACKNOWLEDGE | LG_DEV_S_DRIVER;
	return devices_status(&all, DESC);
}

static void send(const char *text, u16 i)
{
	u32 gpa = 0x2000 + 256u * i;

	strcpy((char *)w.memory + gpa, text);
	world_desc(&w, TX)[i] = (struct lg_vring_desc){ gpa, (u32)strlen(text), 0, 0 };
	world_offer(&w, TX, i);
}

static void printed(const char *text)
{
	assert_int_equal(w.out_len, strlen(text));
	assert_memory_equal(w.out, text, w.out_len);
}

/* --- Device page and status -------------------------------------------- */

static void test_record(void **state)
{
	const struct lg_device_desc *d = (void *)(w.memory + DESC);
	struct lg_vqconfig vc[2];

	(void)state;
	assert_int_equal(d->type, LG_DEV_CONSOLE);
	assert_int_equal(d->num_vq, 2);
	assert_int_equal(d->feature_len, 4);
	assert_int_equal(d->config_len, 4);
	assert_int_equal(d->status, 0);
	memcpy(vc, d + 1, sizeof(vc));
	assert_int_equal(vc[0].num, 256);
	assert_int_equal(vc[0].irq, 1);
	assert_int_equal(vc[0].pfn, RX);
	assert_int_equal(vc[1].irq, 2);
	assert_int_equal(vc[1].pfn, TX);
	assert_int_equal(w.memory[NEXT], LG_DEV_END);
}

static unsigned starts, resets;

static void count_start(struct device *d)
{
	(void)d;
	starts++;
}

static void count_reset(struct device *d)
{
	(void)d;
	resets++;
}

static const struct device_kind fancy = {
	.type = LG_DEV_BLOCK,
	.name = "fancy",
	.num_vq = 1,
	.config_len = 8,
	.features = 0x0204,
	.start = count_start,
	.reset = count_reset,
};

static void test_features(void **state)
{
	u64 config = 0x1122334455667788;
	struct device *d = devices_add(&all, &fancy, NULL, &config);
	u8 *r = w.memory + NEXT;

	(void)state;
	starts = resets = 0;
	assert_non_null(d);
	assert_int_equal(r[0], LG_DEV_BLOCK);
	assert_int_equal(r[2], 4);
	assert_memory_equal(r + 13, "\x04\x02\0\0\0\0\0\0", 8);
	assert_memory_equal(r + 21, &config, 8);
	assert_int_equal(d->vq[0].irq, 3);
	r[4] = LG_DEV_S_DRIVER;
	r[17] = 4; /* accept bit 2 */
	assert_int_equal(devices_status(&all, NEXT), 0);
	assert_int_equal(devices_status(&all, NEXT), 0);
	assert_int_equal(starts, 1);
	assert_int_equal(d->features, 4);
	r[4] = 0;
	assert_int_equal(devices_status(&all, NEXT), 0);
	assert_int_equal(resets, 1);
	assert_int_equal(r[17], 0);
	assert_int_equal(d->started, 0);
	r[4] = LG_DEV_S_DRIVER;
	r[17] = 5;
	assert_int_equal(devices_status(&all, NEXT), 0);
	assert_int_equal(d->started, 0);
	assert_int_equal(d->broken, 1);
	assert_contains(d->vq[0].broken, "feature bits 0x5 accepted but only 0x204 offered");
	assert_int_equal(r[4], LG_DEV_S_DRIVER | LG_DEV_S_NEEDS_RESET);
	assert_int_equal(w.irqs, 1u << 3);
	assert_string_equal(w.killed, "");
	r[4] = 0; /* and it works again */
	assert_int_equal(devices_status(&all, NEXT), 0);
	r[4] = LG_DEV_S_DRIVER;
	assert_int_equal(devices_status(&all, NEXT), 0);
	assert_int_equal(d->started, 1);
	assert_int_equal(d->broken, 0);
}

static void test_size(void **state)
{
	struct lg_console_config size;

	(void)state;
	memcpy(&size, w.memory + NEXT - sizeof(size), sizeof(size));
	assert_int_equal(size.rows, 0);
	console_resize(&con, 24, 100000);
	memcpy(&size, w.memory + NEXT - sizeof(size), sizeof(size));
	assert_int_equal(size.rows, 24);
	assert_int_equal(size.cols, 65535);
	/* a new guest finds it */
	world_init(&w);
	devices_init(&all, &w.guest);
	assert_non_null(console_attach(&con, &all));
	memcpy(&size, w.memory + NEXT - sizeof(size), sizeof(size));
	assert_int_equal(size.rows, 24);
}

static void test_too_many(void **state)
{
	u64 config = 0;
	int n = 0;

	(void)state;
	while (devices_add(&all, &fancy, NULL, &config))
		assert_true(++n < 100);
	/* Interrupts 1 and 2 are the console's, the last is LG_IRQ_CONFIG. */
	assert_int_equal(n, LG_IRQ_CONFIG - 3);
	assert_contains(all.full, "interrupts");
}

static void test_notify_errors(void **state)
{
	(void)state;
	assert_int_equal(devices_status(&all, DESC + 1), -ENOENT);
	devices_kick(&all, TX * LG_PAGE_SIZE);
	assert_string_equal(w.killed, "Notification on console before setup!");
	setup_started(NULL);
	devices_kick(&all, (TX + 1) * LG_PAGE_SIZE);
	assert_string_equal(w.killed, "Bad NOTIFY 0x45000");
}

static void test_nothing_before_start(void **state)
{
	(void)state;
	send("too early", 0);
	assert_int_equal(console_work(&con), 0);
	printed("");
	assert_int_equal(console_drained(&con), 1);
}

/* --- Output -------------------------------------------------------------- */

static void test_output(void **state)
{
	(void)state;
	send("hello, ", 0);
	send("world\n", 1);
	devices_kick(&all, TX * LG_PAGE_SIZE);
	printed("hello, world\n");
	assert_int_equal(world_used(&w, TX)->idx, 2);
	assert_int_equal(w.irqs, TX_IRQ);
	assert_int_equal(console_drained(&con), 1);
}

/* A slow reader: buffers come back only when they are out. */
static void test_slow_output(void **state)
{
	(void)state;
	w.out_room = 3;
	send("hello", 0);
	assert_int_equal(console_work(&con), 0);
	printed("hel");
	assert_int_equal(world_used(&w, TX)->idx, 0);
	assert_int_equal(console_wants_output(&con), 1);
	assert_int_equal(console_drained(&con), 0);
	w.out_room = 2;
	console_work(&con);
	printed("hello");
	assert_int_equal(world_used(&w, TX)->idx, 1);
	assert_int_equal(console_wants_output(&con), 0);
	assert_int_equal(console_drained(&con), 1);
}

static void test_output_error(void **state)
{
	(void)state;
	w.out_error = -EPIPE;
	send("hello", 0);
	console_work(&con);
	assert_int_equal(con.out_error, -EPIPE);
	assert_int_equal(console_wants_output(&con), 0);
	assert_int_equal(console_drained(&con), 1);
}

/* One long buffer goes through in bounded steps and completely. */
static void test_long_output(void **state)
{
	struct lg_vring_desc *d = world_desc(&w, TX);
	u32 i, steps = 0;

	(void)state;
	for (i = 0; i < 4; i++)
		d[i] = (struct lg_vring_desc){ 0, W_RAM - 1, i < 3 ? LG_VRING_DESC_NEXT : 0,
					       (u16)(i + 1) };
	for (i = 0; i < W_RAM; i++)
		w.memory[i] = (u8)i;
	world_offer(&w, TX, 0);
	while (console_work(&con))
		assert_true(++steps < 20);
	assert_true(steps >= 3);
	assert_int_equal(w.out_len, 4 * (W_RAM - 1));
	for (i = 0; i < 4; i++)
		assert_memory_equal(w.out + i * (W_RAM - 1), w.memory, W_RAM - 1);
}

static void test_bad_output(void **state)
{
	(void)state;
	world_desc(&w, TX)[0] = (struct lg_vring_desc){ 0x2000, 5, LG_VRING_DESC_WRITE, 0 };
	world_offer(&w, TX, 0);
	assert_int_equal(console_work(&con), 0);
	assert_contains(con.device->vq[CONSOLE_TX].broken, "in the output queue");
	assert_string_equal(w.killed, "");
	assert_int_equal(w.memory[DESC + 4] & LG_DEV_S_NEEDS_RESET, LG_DEV_S_NEEDS_RESET);
	assert_int_equal(console_drained(&con), 1);
}

static void early(u32 gpa)
{
	console_early(&con, gpa);
	while (console_work(&con))
		;
}

static void test_early_text(void **state)
{
	(void)state;
	strcpy((char *)w.memory + 0x3ffe, "across a page\n");
	early(0x3ffe);
	printed("across a page\n");
	assert_int_equal(console_early_done(&con), 1);
	/* Without a NUL it ends where memory does. */
	w.out_len = 0;
	memset(w.memory + W_RAM - 40000, 'x', 40000);
	early(W_RAM - 40000);
	assert_int_equal(w.out_len, 40000);
	assert_int_equal(console_early_done(&con), 1);
	w.out_len = 0;
	early(0x10000);
	printed("");
	assert_int_equal(console_early_done(&con), 1);
}

static void test_early_text_waits(void **state)
{
	(void)state;
	strcpy((char *)w.memory + 0x3000, "slow");
	w.out_room = 1;
	early(0x3000);
	assert_int_equal(console_early_done(&con), 0);
	w.out_room = 10;
	console_work(&con);
	assert_int_equal(console_early_done(&con), 1);
	printed("slow");
}

/* --- Input --------------------------------------------------------------- */

static void give_buffer(u16 i, u32 len)
{
	world_desc(&w, RX)[i] =
		(struct lg_vring_desc){ 0x8000 + 0x100u * i, len, LG_VRING_DESC_WRITE, 0 };
	world_offer(&w, RX, i);
}

static void type(const char *text)
{
	w.in = text;
	w.in_len = strlen(text);
	console_fill(&con);
	console_work(&con);
}

static void test_input(void **state)
{
	(void)state;
	give_buffer(0, 4);
	give_buffer(1, 16);
	type("abcdef");
	assert_memory_equal(w.memory + 0x8000, "abcd", 4);
	assert_memory_equal(w.memory + 0x8100, "ef\0", 3);
	assert_int_equal(world_used(&w, RX)->idx, 2);
	assert_int_equal(world_used(&w, RX)->ring[0].len, 4);
	assert_int_equal(world_used(&w, RX)->ring[1].len, 2);
	assert_int_equal(w.irqs, RX_IRQ);
}

static void test_input_waits(void **state)
{
	(void)state;
	type("early bird");
	assert_int_equal(w.irqs, 0);
	give_buffer(0, 16);
	devices_kick(&all, RX * LG_PAGE_SIZE);
	assert_memory_equal(w.memory + 0x8000, "early bird", 10);
	assert_int_equal(w.irqs, RX_IRQ);
}

static void test_input_limit(void **state)
{
	static char many[CONSOLE_IN_MAX + 100];
	u32 taken = 0;

	(void)state;
	memset(many, 'z', sizeof(many) - 1);
	w.in = many;
	w.in_len = sizeof(many) - 1;
	while (console_wants_input(&con))
		taken += (u32)console_fill(&con);
	assert_int_equal(taken, CONSOLE_IN_MAX);
	assert_int_equal(w.in_len, 99);
	assert_int_equal(console_type(&con, "x", 1), 0);
	give_buffer(0, 10);
	console_work(&con);
	assert_int_equal(console_wants_input(&con), 1);
	assert_int_equal(console_type(&con, "0123456789ab", 12), 10);
}

static void test_input_end(void **state)
{
	(void)state;
	w.in = NULL;
	assert_int_equal(console_fill(&con), -EPIPE);
	assert_int_equal(console_wants_input(&con), 0);
}

static void test_bad_input_buffer(void **state)
{
	(void)state;
	world_desc(&w, RX)[0] = (struct lg_vring_desc){ 0x8000, 16, 0, 0 };
	world_offer(&w, RX, 0);
	type("x");
	assert_contains(con.device->vq[CONSOLE_RX].broken, "in the input queue");
	assert_int_equal(con.device->broken, 1);
}

static void test_reset_and_again(void **state)
{
	(void)state;
	w.out_room = 1;
	send("ab", 0);
	console_work(&con);
	w.memory[DESC + 4] = 0;
	assert_int_equal(devices_status(&all, DESC), 0);
	assert_int_equal(world_avail(&w, TX)->idx, 0);
	w.memory[DESC + 4] = LG_DEV_S_DRIVER;
	assert_int_equal(devices_status(&all, DESC), 0);
	w.out_room = 100;
	send("cd", 0);
	console_work(&con);
	printed("abcd");
	assert_int_equal(world_used(&w, TX)->idx, 1);
	assert_string_equal(w.killed, "");
}

#define T(name) cmocka_unit_test_setup(name, setup)
#define S(name) cmocka_unit_test_setup(name, setup_started)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_record),
		T(test_features),
		T(test_size),
		T(test_too_many),
		T(test_notify_errors),
		T(test_nothing_before_start),
		S(test_output),
		S(test_slow_output),
		S(test_output_error),
		S(test_long_output),
		S(test_bad_output),
		T(test_early_text),
		T(test_early_text_waits),
		S(test_input),
		S(test_input_waits),
		S(test_input_limit),
		S(test_input_end),
		S(test_bad_input_buffer),
		S(test_reset_and_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
