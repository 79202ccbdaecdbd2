/* SPDX-License-Identifier: MIT */
/*
 * The rules of 2.6.23's DMA, one case each: "case=NAME" on the command line.
 * A case ends with PASS, or with the death that tests/unit/dma_rules.sh expects.
 */
#include "tests/gen/a_small.h"


static u8 buffer[3 * PAGE] __attribute__((aligned(4096)));
static struct dma d, e, many[40];

/* --- Keys and bindings ------------------------------------------------------- */

static void key_unaligned(void)
{
	bind_dma(2, &d, 1, 5);
}

static void key_outside(void)
{
	bind_dma(TOP, &d, 1, 5);
}

static void key_last(void)
{
	expect(bind_dma(TOP - 4, &d, 1, 5) == 1, "the last word is a key");
}

static void bindings(void)
{
	u32 i;

	expect(bind_dma(4, many, 1, 32) == 0, "irq 32 is none");
	expect(bind_dma(4, many, 1, 255) == 0, "irq 255 is none");
	for (i = 0; i < 32; i++)
		expect(bind_dma(4 + 4 * i, many + i, 1, 31) == 1, "32 bindings");
	expect(bind_dma(400, many, 1, 1) == 0, "and no 33rd");
	expect(bind_dma(4, many + 1, 1, 0) == 0, "unbind wants the same array");
	expect(bind_dma(8, many, 1, 0) == 0, "and the same key");
	expect(bind_dma(4, many, 7, 0) == 1, "unbind");
	expect(bind_dma(4, many, 1, 0) == 0, "only once");
	expect(bind_dma(400, many, 1, 1) == 1, "now there is room");
}

/* The array is looked at when somebody sends: typing does. */
static void array_outside(void)
{
	hcall(H_BIND_DMA, 0, TOP - 50, 1 << 8 | 5, 0);
	for (;;)
		;
}

static void array_wraps(void)
{
	hcall(H_BIND_DMA, 0, 0xffffffb0, 9 << 8 | 5, 0);
	for (;;)
		;
}

static void buffer_bad(void)
{
	section(&d, 0, TOP, 16);
	bind_dma(0, &d, 1, 5);
	for (;;)
		;
}

/* --- Lists --------------------------------------------------------------------- */

static void send_key_unaligned(void)
{
	send_dma(1, &d);
}

static void send_key_outside(void)
{
	send_dma(0xfffffffc, &d);
}

static void list_outside(void)
{
	hcall(H_SEND_DMA, 0, TOP - 96, 0, 0);
}

static void list_wraps(void)
{
	hcall(H_SEND_DMA, 0, 0xffffffff, 0, 0);
}

static void section_long(void)
{
	section(&d, 0, pa(buffer), PAGE + 1);
	send_dma(0, &d);
}

static void section_crosses(void)
{
	section(&d, 0, pa(buffer) + 1, PAGE);
	send_dma(0, &d);
}

static void section_outside(void)
{
	section(&d, 0, TOP - PAGE, PAGE);
	section(&d, 1, TOP, 1);
	send_dma(0, &d);
}

static void section_hidden(void)
{
	section(&d, 0, RAM + 40 * PAGE, 64);
	send_dma(0, &d);
}

/* What is printed, and what the list says then. */
static void lists(void)
{
	char *text = (char *)buffer + PAGE - 4;
	u8 *odd = buffer + 2 * PAGE - 51;	/* a list across two pages, not aligned */
	u32 i;

	memcpy(text, "abcdefgh", 8);
	for (i = 0; i < 16; i++)
		section(&d, i, pa(text) + i % 8 / 4 * 4, 4);
	send_dma(0, &d);
	expect(d.used_len == 64, "16 sections");
	section(&d, 3, pa(text), 0);
	send_dma(0, &d);
	expect(d.used_len == 12, "a length of 0 ends the list");
	section(&d, 0, 0xffffffff, 0);
	d.used_len = 77;
	send_dma(0, &d);
	expect(d.used_len == 0, "an empty list");
	memset((void *)&d, 0, sizeof(d));
	section(&d, 0, pa(text), 4);
	memcpy(odd, (const void *)&d, sizeof(d));
	hcall(H_SEND_DMA, 0, pa(odd), 0, 0);
	expect(odd[0] == 4 && !odd[1], "a list anywhere");
	say("\n");
	d.used_len = 99;
	send_dma(4096, &d);
	expect(d.used_len == 99, "nobody at this key");
	memset(buffer, '.', PAGE);
	section(&d, 0, pa(buffer), PAGE);
	send_dma(0, &d);
	expect(d.used_len == PAGE, "a whole page");
	say("\n");
}

/* --- Input ------------------------------------------------------------------------ */

/* "hello, world\n" comes in buffers of 3 + 2 bytes, of which two are there. */
static void input(void)
{
	u32 got = 0, i, k;
	char text[32];

	for (i = 0; i < 2; i++) {
		section(&many[i], 0, pa(buffer) + i * 100, 3);
		section(&many[i], 1, pa(buffer) + i * 100 + 50, 2);
	}
	many[2].used_len = 1;			/* never free */
	expect(bind_dma(0, many, 3, 7) == 1, "bind");
	while (got < 13) {
		for (i = 0; i < 2; i++) {
			while (!many[i].used_len)
				;
			for (k = 0; k < many[i].used_len && got < sizeof(text); k++)
				text[got++] = (char)buffer[i * 100 + (k < 3 ? k : 47 + k)];
			__asm__ volatile("" ::: "memory");
			many[i].used_len = 0;
			if (got >= 13)
				break;
		}
	}
	expect(!memcmp(text, "hello, world\n", 13), "what was typed");
	expect(many[2].used_len == 1, "a buffer in use stays as it is");
}

/* --- The device page ----------------------------------------------------------------- */

static void page_of_devices(void)
{
	u32 irq, i, last = 0;
	struct dma_desc *s;

	for (i = 0; i < 16 && slots()[i].type; i++)
		last = i;
	expect(slots()[last].type == D_CONSOLE, "the console is last");
	expect(slots()[last].num_pages == 0, "and has no page");
	for (i = last + 1; i < 16; i++)
		expect(!slots()[i].type, "nothing behind it");
	s = slot_of(D_BLOCK, &irq);
	expect(s && s->num_pages == 1 && s->pfn == RAM / PAGE + 1 && irq == 1, "the disk first");
	expect(((struct block_page *)va(s->pfn * PAGE))->num_sectors == 64, "its sectors");
}

/* --- The disk -------------------------------------------------------------------------- */

static struct block_page *disk;
static u32 disk_key, disk_irq;

static u32 ask(u32 type, u32 sector, u32 bytes)
{
	disk->type = type;
	disk->sector = sector;
	disk->bytes = bytes;
	disk->result = 0;
	send_dma(disk_key, type ? &d : &e);
	return disk->result;
}

static void find_disk(void)
{
	struct dma_desc *s = slot_of(D_BLOCK, &disk_irq);

	disk_key = s->pfn * PAGE;
	disk = va(disk_key);
}

static void disk_no_reply(void)
{
	find_disk();
	ask(0, 0, 512);
}

static void disk_reply_full(void)
{
	find_disk();
	d.used_len = 1;
	bind_dma(disk_key, &d, 1, disk_irq);
	ask(0, 0, 512);
}

static void disk_bad_reply(void)
{
	find_disk();
	section(&d, 0, TOP, 512);
	bind_dma(disk_key, &d, 1, disk_irq);
	ask(0, 0, 512);
}

static void disk_writes(void)
{
	u32 i;

	find_disk();
	for (i = 0; i < 2048; i++)
		buffer[i] = (u8)(i * 7);
	section(&d, 0, pa(buffer), 1024);
	section(&d, 1, pa(buffer) + 1024, 1024);
	expect(bind_dma(disk_key, &e, 1, disk_irq) == 1, "bind an empty list");
	expect(ask(1, 60, 2048) == 1, "write the last four sectors");
	expect(e.used_len == 0, "the reply has nothing in it");
	expect(ask(1, 61, 2048) == 2, "a write past the end fails");
	expect(ask(1, 64, 2048) == 2, "and one behind it");
	expect(ask(1, 0xffffffff, 2048) == 2, "far behind");
	expect(ask(1, 0, 1024) == 2, "other bytes than were said");
	expect(ask(9, 0, 2048) == 2, "no such request");
	section(&d, 1, pa(buffer), 100);
	expect(ask(1, 0, 1124) == 2, "no whole sectors");
	expect(bind_dma(disk_key, &e, 1, 0) == 1, "unbind");
}

static void disk_reads(void)
{
	u32 i;

	memset((void *)&d, 0, sizeof(d));
	memset(buffer, 0, 4096);
	for (i = 0; i < 4; i++)
		section(&d, i, pa(buffer) + i * 512, 512);
	memset((void *)&e, 0, sizeof(e));
	expect(bind_dma(disk_key, &d, 1, disk_irq) == 1, "bind buffers");
	expect(ask(0, 60, 2048) == 1 && d.used_len == 2048, "read");
	for (i = 0; i < 2048; i++)
		if (buffer[i] != (u8)(i * 7))
			break;
	expect(i == 2048, "what was written");
	d.used_len = 0;
	expect(ask(0, 61, 2048) == 2 && d.used_len == 0, "past the end");
	expect(ask(0, 64, 2048) == 2, "behind the end");
	expect(ask(0, 0, 512) == 2, "fewer bytes than there is room for");
}

static void disk_both(void)
{
	disk_writes();
	disk_reads();
}

static void disk_empty(void)
{
	find_disk();
	bind_dma(disk_key, &d, 1, disk_irq);
	expect(ask(0, 0, 0) == 1, "nothing at all");
	expect(ask(0, 0, 512) == 2, "something into nothing");
}

/* --- Calls ------------------------------------------------------------------------------- */

static void power_off_(void)
{
	hcall(H_CRASH, pa("Power down"), 0, 0, 0);
}

static void crash(void)
{
	hcall(H_CRASH, pa("the roof is on fire"), 0, 0, 0);
}

static void crash_long(void)
{
	memset(buffer, 'x', sizeof(buffer));
	hcall(H_CRASH, pa(buffer), 0, 0, 0);
}

static void crash_outside(void)
{
	hcall(H_CRASH, TOP - 100, 0, 0, 0);
}

static void no_notify(void)
{
	hcall(H_NOTIFY, RAM + PAGE, 0, 0, 0);
}

static void no_gdt_entry(void)
{
	hcall(H_LOAD_GDT_ENTRY, 1, 0, 0, 0);
}

static void wallclock(void)
{
#if GEN_A >= 1
	expect(hcall(H_GET_WALLCLOCK, 0, 0, 0, 0) > 1700000000u, "the time of day");
#endif
#if GEN_A == 2
	expect(guest_data.time_sec > 1700000000u, "the time in lguest_data");
#endif
}

/* In the order eax, edx, ebx, ecx; before the call that drains it. */
static void ring(void)
{
	struct ring_entry *h = guest_data.hcalls;

	section(&d, 0, pa("first\n"), 6);
	section(&e, 0, pa("second\n"), 7);
	RING(&h[0], H_SEND_DMA, 0, pa(&d), 0, 0);
	RING(&h[1], H_SEND_DMA, 0, pa(&e), 0, 0);
	RING(&h[2], H_BIND_DMA, 0, pa(many), 1 << 8 | 9, 0);
	RING(&h[3], H_SEND_DMA, 3 * 4096, pa(&d), 0, 0);	/* nobody there */
	__asm__ volatile("" ::: "memory");
	guest_data.hcall_status[0] = guest_data.hcall_status[1] = 0;
	guest_data.hcall_status[2] = guest_data.hcall_status[3] = 0;
	hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
	expect(d.used_len == 6 && e.used_len == 7, "both were sent");
	expect(guest_data.hcall_status[3] == 0xff, "all are done");
	expect(bind_dma(0, many, 1, 0) == 1, "it was bound");
}

/* No hypercall: any way out of the guest drains it, port I/O and a missing page, too. */
static void ring_any_exit(void)
{
	section(&d, 0, pa("port\n"), 5);
	RING(&guest_data.hcalls[0], H_SEND_DMA, 0, pa(&d), 0, 0);
	__asm__ volatile("" ::: "memory");
	guest_data.hcall_status[0] = 0;
	__asm__ volatile("inb $0x61, %%al" : : : "eax", "memory");
	expect(d.used_len == 5 && guest_data.hcall_status[0] == 0xff, "port I/O drains the ring");
	section(&e, 0, pa("page\n"), 5);
	RING(&guest_data.hcalls[1], H_SEND_DMA, 0, pa(&e), 0, 0);
	__asm__ volatile("" ::: "memory");
	guest_data.hcall_status[1] = 0;
	tables[(15u << 20) / PAGE] &= ~(PTE_A | PTE_D);	/* not mapped along with its neighbours */
	hcall(H_FLUSH_TLB, 1, 0, 0, 0);
	RING(&guest_data.hcalls[2], H_FLUSH_TLB, 1, 0, 0, 0);
	__asm__ volatile("" ::: "memory");
	guest_data.hcall_status[2] = 0;
	(void)*(volatile u8 *)va(15u << 20);	/* a fault that the Host settles */
	expect(e.used_len == 5, "sent");
	expect(guest_data.hcall_status[2] == 0xff, "a page fault drains the ring");
}

/*
 * A million hypercalls at random that hurt nobody, one in sixteen a DMA; with
 * lethal=1 also such that kill.  It must live, or die for a reason of its own.
 */
static u32 seed;

static u32 some(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 7;
}

static u32 some_argument(void)
{
	switch (some() % 8) {
	case 0:
		return 0;
	case 1:
		return some() % 64;
	case 2:
		return pa(buffer) + some() % 2 * 1024;
	case 3:
		return pa(many) + some() % 40 * sizeof(many[0]);
	case 4:
		return RAM + PAGE + some() % 2 * PAGE;
	case 5:
		return some() << 8 | some();
	case 6:
		return TOP - some() % 200;
	default:
		return pa(&guest_data) + some() % sizeof(guest_data);
	}
}

static void one_call(u32 lethal)
{
	static const u32 harmless[] = { H_FLUSH_ASYNC, H_FLUSH_TLB, H_TS, H_SET_CLOCKEVENT,
					H_SET_PTE, H_SET_PGD };
	u32 n = harmless[some() % ARRAY(harmless)];

	if (n == H_SET_PGD || n == H_SET_PTE)
		hcall(n, pa(pgdir), some() % 1024, some(), 0);
	else
		hcall(n, n == H_SET_CLOCKEVENT ? 1000000000 : some() % 2, 0, 0, 0);
	if (some() % 16)
		return;
	if (!lethal) {
		n = 4 + some() % 64 * 4 + some() % 2 * (RAM + 2 * PAGE);
		if (some() % 2)
			bind_dma(n, many + some() % 36, some() % 5, some() % 40);
		else
			send_dma(n, many + some() % 40);
		return;
	}
	n = some() % 4 ? H_BIND_DMA + some() % 2 : some() % 20;
	if (n != H_HALT && n != H_CRASH)	/* sleeps for ever, or is a death of its own */
		hcall(n, some_argument(), some_argument(), some_argument(), 0);
}

static void storm(void)
{
	u32 n = option("n", 1000000), lethal = option("lethal", 0), i, k;

	seed = option("seed", 1);
	for (i = 0; i < ARRAY(many); i++)
		for (k = 0; k < some() % 17; k++)
			section(&many[i], k, pa(buffer) + some() % 4 * 512, some() % 512);
	for (i = 0; i < n; i++)
		one_call(lethal);
}

/* For the clock: what a call costs that only goes to the Launcher and back, or to the Host. */
static void send_nothing(void)
{
	u32 n = option("n", 1000);

	while (n--)
		send_dma(0, &d);
}

static void flush_nothing(void)
{
	u32 n = option("n", 1000);

	while (n--)
		hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
}

const struct test_case cases[] = {
	{ "key_unaligned", key_unaligned }, { "key_outside", key_outside },
	{ "key_last", key_last }, { "bindings", bindings },
	{ "array_outside", array_outside }, { "array_wraps", array_wraps },
	{ "buffer_bad", buffer_bad }, { "send_key_unaligned", send_key_unaligned },
	{ "send_key_outside", send_key_outside }, { "list_outside", list_outside },
	{ "list_wraps", list_wraps }, { "section_long", section_long },
	{ "section_crosses", section_crosses }, { "section_outside", section_outside },
	{ "section_hidden", section_hidden }, { "lists", lists }, { "input", input },
	{ "page_of_devices", page_of_devices }, { "disk_no_reply", disk_no_reply },
	{ "disk_reply_full", disk_reply_full }, { "disk_bad_reply", disk_bad_reply },
	{ "disk", disk_both }, { "disk_empty", disk_empty }, { "power_off", power_off_ },
	{ "crash", crash }, { "crash_long", crash_long }, { "crash_outside", crash_outside },
	{ "no_notify", no_notify }, { "no_gdt_entry", no_gdt_entry },
	{ "wallclock", wallclock }, { "ring", ring },
	{ "ring_any_exit", ring_any_exit }, { "storm", storm },
	{ "send_nothing", send_nothing }, { "flush_nothing", flush_nothing }, { 0, 0 },
};
