/* SPDX-License-Identifier: MIT */
/*
 * Guests of 2.6.23 that have one page in common and send each other frames:
 * nothing may be missing, nothing twice, and nobody may wait for ever.  They
 * look for frames without interrupts: it is the Launchers that are tested.
 */
#include "tests/gen/a_small.h"

#define MAC	 6
#define STATIONS 682
#define BUFFERS	 8
#define FRAME	 1514u

struct parcel {
	u8 to[MAC], from[MAC];
	u16 type;
	u16 slot;			/* of the sender */
	u32 number, kind;
	u8 data[FRAME - 24];
} __attribute__((packed));

enum { PING, PONG, FLOOD, QUIT };

static u8 memory[BUFFERS + 2][PAGE] __attribute__((aligned(4096)));
static struct dma rx[BUFFERS];
static volatile u8 (*stations)[MAC];
static u32 key, me, irq, next;

static void listen(u32 room)
{
	struct dma_desc *s = slot_of(D_NET, &irq);
	u32 i;

	stations = va(s->pfn * PAGE);
	key = s->pfn * PAGE;
	me = s->features & (PAGE - 1);
	for (i = 0; i < BUFFERS; i++)
		section(&rx[i], 0, pa(memory[i]), room);
	expect(bind_dma(key + 4 * me, rx, BUFFERS, irq) == 1, "bind");
	for (i = MAC; i-- > 0;)
		stations[me][i] = (u8)(i ? i + me : 2);
}

/* Another station, when there is one. */
static u32 somebody(void)
{
	u32 i;

	for (;;)
		for (i = 0; i < 8; i++)
			if (i != me && stations[i][0])
				return i;
}

static u8 pattern(u32 number, u32 i)
{
	return (u8)(number * 31 + i * 7);
}

static struct parcel *make(u32 kind, u32 number, u32 len)
{
	struct parcel *f = (struct parcel *)memory[BUFFERS];
	u32 i;

	f->kind = kind;
	f->number = number;
	f->slot = (u16)me;
	for (i = 0; i + 24 < len; i++)
		f->data[i] = pattern(number, i);
	return f;
}

/* Twice cut in two, as a list may be: what was taken. */
static u32 send(u32 to, const void *f, u32 len)
{
	struct dma d;
	u32 part = len / 3;

	memset((void *)&d, 0, sizeof(d));
	section(&d, 0, pa(f), part);
	section(&d, 1, pa(f) + part, len - part);
	send_dma(key + 4 * to, &d);
	return d.used_len;
}

static struct dma *arrived(void)
{
	struct dma *d = &rx[next % BUFFERS];

	if (!d->used_len)
		return 0;
	next++;
	return d;
}

static struct parcel *frame_in(const struct dma *d)
{
	return va(d->addr[0]);
}

static int intact(const struct dma *d)
{
	const struct parcel *f = frame_in(d);
	u32 i;

	for (i = 0; i + 24 < d->used_len; i++)
		if (f->data[i] != pattern(f->number, i))
			return 0;
	return 1;
}

static void send_surely(u32 *to, const void *f, u32 len)
{
	u32 tries;

	for (tries = 0; tries < 100000; tries++) {
		if (send(*to, f, len) == len)
			return;
		if (!stations[*to][0])		/* one that was killed earlier */
			*to = somebody();
	}
	expect(0, "somebody takes it");
}

/* --- Ping ---------------------------------------------------------------------- */

static void echo(void)
{
	struct dma *d;
	struct parcel *f;
	u32 len, to;

	listen(FRAME);
	for (;;) {
		d = arrived();
		if (!d)
			continue;
		len = d->used_len;
		memcpy(memory[BUFFERS], frame_in(d), len);
		d->used_len = 0;
		f = (struct parcel *)memory[BUFFERS];
		if (f->kind == QUIT)
			return;
		f->kind = PONG;
		to = f->slot;
		send_surely(&to, f, len);
	}
}

static void ping(void)
{
	u32 n = option("n", 200), to, i, len;
	struct dma *d;

	listen(FRAME);
	to = somebody();
	for (i = 0; i < n; i++) {
		len = 60 + i * 37 % (FRAME - 59);
		send_surely(&to, make(PING, i, len), len);
		while (!(d = arrived()))
			;
		expect(d->used_len == len && frame_in(d)->number == i &&
		       frame_in(d)->kind == PONG && intact(d), "the same comes back");
		d->used_len = 0;
	}
	send_surely(&to, make(QUIT, 0, 60), 60);
	say_number(n);
	say(" pings\n");
}

/* --- Both at once ------------------------------------------------------------------- */

static u32 expected, lost;

static void take_all(void)
{
	struct dma *d;

	while ((d = arrived()) != 0) {
		if (frame_in(d)->kind == FLOOD) {
			lost += frame_in(d)->number != expected || !intact(d);
			expected++;
		}
		d->used_len = 0;
	}
}

static void flood(void)
{
	u32 n = option("n", 2000), len = option("len", FRAME), to, i, again = 0;

	listen(FRAME);
	to = somebody();
	for (i = 0; i < n;) {
		if (send(to, make(FLOOD, i, len), len) == len)
			i++;
		else if (!stations[to][0])
			to = somebody();
		else
			again++;
		take_all();
	}
	while (expected < n)
		take_all();
	expect(lost == 0, "all, in order, as they were sent");
	say_number(expected);
	say(" received, ");
	say_number(again);
	say(" sent again\n");
	/* Who is ready first must not go before the other has all. */
	send(to, make(QUIT, 0, 60), 60);
}

/* The other one dies in the middle: nobody takes anything, and nothing hangs. */
static void survive(void)
{
	u32 to, fails = 0, taken = 0;

	listen(FRAME);
	to = somebody();
	while (fails < 30000) {
		if (send(to, make(FLOOD, 0, FRAME), FRAME) == FRAME) {
			if (!taken++)
				say("somebody takes it\n");
			fails = 0;
		} else if (!taken) {
			to = somebody();
		} else {
			fails++;
		}
	}
	expect(taken > 0, "some were taken");
	say("he is gone\n");
}

static void sink(void)
{
	struct dma *d;

	listen(FRAME);
	say("sink\n");
	for (;;)
		if ((d = arrived()) != 0)
			d->used_len = 0;
}

/* Takes what there are buffers for, and then nothing, for ever. */
static void full(void)
{
	listen(100);
	say("full\n");
	for (;;)
		;
}

static void to_full(void)
{
	u32 to, i, taken = 0, last = 0;

	listen(FRAME);
	to = somebody();
	for (i = 0; i < BUFFERS + 4; i++) {
		last = send(to, make(FLOOD, i, FRAME), FRAME);
		expect(last == 0 || last == 100, "as much as the receiver has room for");
		taken += last == 100;
	}
	expect(taken == BUFFERS && last == 0, "as many as the receiver has buffers");
}

/* --- Alone ------------------------------------------------------------------------------ */

static void alone(void)
{
	static const u32 nobody[] = { 1, 5, 681, 682, 1023 };
	u32 i, other = 0;

	listen(FRAME);
	expect(me == 0, "the first slot");
	expect(send(me, memory, 100) == 0, "nobody sends to himself");
	for (i = 0; i < ARRAY(nobody); i++)
		expect(send(nobody[i], memory, 100) == 0, "nobody there");
	for (i = 1; i < STATIONS; i++)
		other += stations[i][0] != 0;
	expect(other == 0, "nobody has an address");
}

/* The slot is taken, but nothing is bound to it. */
static void quiet(void)
{
	struct dma_desc *s = slot_of(D_NET, &irq);

	stations = va(s->pfn * PAGE);
	stations[s->features & (PAGE - 1)][0] = 2;
	say("quiet\n");
	for (;;)
		;
}

static void to_quiet(void)
{
	u32 to, i;

	listen(FRAME);
	to = somebody();
	for (i = 0; i < 5; i++)
		expect(send(to, memory, 100) == 0, "nobody listens");
}

/* Everything a card of this kind does not expect. */
static void random_calls(void)
{
	u32 x = option("seed", 1), i;
	struct dma d;

	listen(FRAME);
	for (i = 0; i < 2000; i++) {
		u32 r[6], k;

		for (k = 0; k < 6; k++)
			r[k] = x = x * 1664525 + 1013904223;
		memset((void *)&d, 0, sizeof(d));
		section(&d, 0, pa(memory[BUFFERS]), r[0] >> 8 & 0xfff);
		section(&d, 1, key, r[1] >> 20);
		if (r[2] >> 31)
			send_dma(key + (r[3] >> 20 & ~3u), &d);
		else
			bind_dma(key + (r[3] >> 20 & ~3u), rx, r[4] >> 28, r[5] >> 28 ? 9 : 0);
		stations[me][0] = 2;
	}
	say("random\n");
}

const struct test_case cases[] = {
	{ "echo", echo }, { "ping", ping }, { "flood", flood }, { "survive", survive },
	{ "sink", sink }, { "full", full }, { "to_full", to_full }, { "alone", alone },
	{ "quiet", quiet }, { "to_quiet", to_quiet }, { "random", random_calls }, { 0, 0 },
};
