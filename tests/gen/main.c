/* SPDX-License-Identifier: MIT */
/* What every generation's kernel does, from the first line to power-off. */
#include "tests/gen/gen.h"

extern char noirq_start[], noirq_end[];
void use_console(void);

#define FREE_16	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff

struct guest_data guest_data __attribute__((aligned(4))) = {
	.blocked_interrupts = 1,
	.hcall_status = { FREE_16, FREE_16, FREE_16, FREE_16 },
#ifdef GEN_NOIRQ_IRET
	.noirq_iret = (u32)noirq_start,
#else
	.noirq_start = (u32)noirq_start,
	.noirq_end = (u32)noirq_end,
#endif
#ifndef GEN_DMA
	.kernel_address = KZERO,
	.syscall_vec = SYSCALL,
#endif
};

static u32 ring_at;

void post(u32 n, u32 a, u32 b, u32 c, u32 d)
{
	volatile u8 *status = &guest_data.hcall_status[ring_at];
	u32 were = guest_data.irq_enabled;

	irq_off();
	if (*status != 0xff) {
		hcall(n, a, b, c, d);
	} else {
		RING(&guest_data.hcalls[ring_at], n, a, b, c, d);
		__asm__ volatile("" : : : "memory");
		*status = 0;
		ring_at = (ring_at + 1) % 64;
	}
	if (were)
		irq_on();
}

void die(const char *text)
{
	static char message[128];
	u32 i;

	for (i = 0; i < sizeof(message) - 1 && text[i]; i++)
		message[i] = text[i];
	hcall(H_CRASH, pa(message), 1, 0, 0);
	for (;;)
		;
}

void power_off(void)
{
	die("Power down");
}

static void test_ports(void)
{
	u32 al, ax, eax;

	__asm__ volatile("mov $0x12345600, %%eax; inb $0x61, %%al" : "=a"(al));
	__asm__ volatile("mov $0x12340000, %%eax; mov $0x70, %%dx; inw %%dx, %%ax" : "=a"(ax) : : "edx");
	__asm__ volatile("mov $0xcf8, %%dx; mov $0x80000000, %%eax; outl %%eax, %%dx\n"
			 "mov $0x3f8, %%dx; xor %%eax, %%eax; inl %%dx, %%eax" : "=a"(eax) : : "edx");
#if GEN_WIDE_IN
	check(al == 0x1234ffff, "inb gives %x", al);
	check(ax == 0xffffffff, "inw gives %x", ax);
#else
	check(al == 0x123456ff, "inb gives %x", al);
	check(ax == 0x1234ffff, "inw gives %x", ax);
#endif
	check(eax == 0xffffffff, "inl gives %x", eax);
}

/* As a kernel finds itself: the selectors it knows, traps with the frames it knows. */
static void test_segments(void)
{
	__asm__ volatile("push %%ds; mov $0x69, %%eax; mov %%ax, %%es; mov %%ax, %%ss; mov %%ax, %%ds\n"
			 "movl $5, -64(%%esp); pop %%ds" : : : "eax", "memory");
	__asm__ volatile("mov $0x7b, %%eax; mov %%ax, %%ds; mov %%ax, %%es; movl kernel_word, %%eax\n"
			 "mov $0x69, %%eax; mov %%ax, %%ds; mov %%ax, %%es" : : : "eax", "memory");
	__asm__ volatile("ljmp $0x61, $1f\n1:" : : : "memory");
#if GEN_LOAD_GDT
	{
		static u64 gdt[32];

		gdt[12] = 0x00cf9a000000ffffull;	/* flat, DPL 0: becomes 1 */
		gdt[13] = 0x00cf92000000ffffull;
		gdt[14] = 0x00cffa000000ffffull;
		gdt[15] = 0x00cff2000000ffffull;
		gdt[16] = gdt[10] = gdt[31] = ~0ull;	/* not ours: ignored */
		hcall(H_LOAD_GDT, pa(gdt), 32, 0, 0);
	}
#else
	hcall(H_LOAD_GDT_ENTRY, 15, 0x0000ffff, 0x00cff200, 0);
	hcall(H_LOAD_GDT_ENTRY, 16, ~0u, ~0u, 0);
#endif
}

u32 kernel_word = 0x600df00d;

static void test_traps(void)
{
	int v;

	v = TRY("ud2");
	check(v == 6, "ud2: vector %d", v);
	check(expect_frame.cs == KERNEL_CS, "kernel frame with cs %x", expect_frame.cs);
	irq_off();
	v = TRY("ud2");		/* a trap gate below 32 is the CPU's own: real IF */
	check(v == 6 && expect_frame.eflags & IF, "ud2: eflags %x", expect_frame.eflags);
	irq_off();
	v = TRY("movl 0x1000, %%eax");
	check(v == 14 && guest_data.cr2 == 0x1000, "null pointer: vector %d cr2 %x", v, guest_data.cr2);
	check(!(expect_frame.eflags & IF), "page fault with irq_enabled 0: eflags %x", expect_frame.eflags);
	irq_on();
	v = TRY("int3");
	check(v == 3, "int3: vector %d", v);
	v = TRY("mov %%eax, %%cr3");
	check(v == 13 && expect_frame.error == 0, "mov cr3: vector %d", v);
}

static u32 seconds_now(void)
{
#ifdef GEN_NO_TIME
	return hcall(H_GET_WALLCLOCK, 0, 0, 0, 0);
#else
	return *(volatile u32 *)&guest_data.time_sec;
#endif
}

static inline u64 tsc(void)
{
	u64 t;

	__asm__ volatile("rdtsc" : "=A"(t));
	return t;
}

/* A quarter of a second, asleep and awake; the TSC is to agree, as far as a busy host lets it. */
static void test_clock(void)
{
	u32 before = ticks, khz = guest_data.tsc_khz, ms;
	u64 start = tsc();

	clock_start();
	irq_on();
	while (ticks - before < HZ / 4) {
		irq_off();
		hcall(H_HALT, 0, 0, 0, 0);
		irq_on();
	}
	if (khz) {		/* 0: this machine's TSC is not to be trusted */
		ms = (u32)((tsc() - start) >> 10) / (khz >> 10);
		check(ms >= 245 && ms < 2000, "%u ticks in %u ms", HZ / 4, ms);
	}
	check(seconds_now() > 1700000000, "wall clock %u", seconds_now());
	while (ticks - before < HZ / 4 + 2)	/* without HALT, too */
		;
}

/* Entries posted, never announced, then one that must come after them. */
static void test_ring(void)
{
	u32 dir = directory(), i, *p = page();

	for (i = 0; i < 64; i++)
		post(H_FLUSH_TLB, 0, 0, 0, 0);
	post(H_FLUSH_TLB, 0, 0, 0, 0);		/* full: done at once, with all before */
	for (i = 0; i < 64; i++)
		check(guest_data.hcall_status[i] == 0xff, "ring entry %u is %x", i,
		      guest_data.hcall_status[i]);
	map(dir, 0x400000, pa(p) | PTE_P | PTE_W | PTE_A | PTE_D);
	post(H_NEW_PGTABLE, dir, 0, 0, 0);
	hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
	*(volatile u32 *)0x400000 = 77;
	check(*p == 77, "a page of another directory");
	change(dir, 0x400000, 0);
	hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
	check(TRY("movl 0x400000, %%eax") == 14, "a page that is gone");
	use_directory(current_directory());
}

static void test_input(void)
{
	char text[64];
	u32 n = 0, len = 0;		/* up to the newline, which may not come last */

	if (argument("input") < 0)
		return;
	print("type: \n");
	do {
		n += (u32)console_read(text + n, sizeof(text) - n);
		while (len < n && text[len] != '\n')
			len++;
	} while (len == n && n < sizeof(text));
	text[len < n ? len : n - 1] = 0;
	print("you said <%s>\n", text);
}

static void test_block(void)
{
	static u8 sectors[8 * 512] __attribute__((aligned(4096)));
	u32 n = block_sectors(), i;

	if (!n)
		return;
	check(block_read(0, sectors, 8) == 0, "read the first sectors");
	for (i = 0; i < sizeof(sectors); i++)
		check(sectors[i] == (u8)(i / 512 + i * 7), "byte %u of the disk is %x", i, sectors[i]);
	memset(sectors, 0x5a, sizeof(sectors));
	check(block_write(n - 8, sectors, 8) == 0, "write the last sectors");
	memset(sectors, 0, sizeof(sectors));
	check(block_read(n - 8, sectors, 8) == 0 && sectors[4095] == 0x5a, "read them back");
	check(block_read(n, sectors, 1) < 0, "read past the end");
	print("disk: %u sectors\n", n);
}

/*
 * Frames between two guests: net=1 asks, net=2 answers, a hundred times; both
 * print what they got.  Type 0x88b5 is for experiments.
 */
#define PINGS 100

static void ping(u8 *f, u32 pings)
{
	u32 n, tries, got;

	for (n = 0; n < pings; n++) {
		for (tries = 0, got = 0; !got && tries < 10; tries++) {
			memset(f, 0xff, 6);
			f[14] = 1;
			f[15] = (u8)n;
			check(net_send(f, 60 + n * 14) == 0, "send");
			do
				got = net_receive(f, 1514) > 0;
			while (got && (f[12] != 0x88 || f[14] != 2 || f[15] != (u8)n));
		}
		check(got, "no answer to ping %u", n);
		check(f[59 + n * 14] == (u8)(n ^ 0x55), "the end of answer %u is %x", n, f[59 + n * 14]);
	}
	f[14] = 3;
	net_send(f, 60);
	print("pinged %u times\n", n);
}

static void answer(u8 *f)
{
	u32 n = 0, idle = 0;
	int len;

	while (idle < 10) {
		len = net_receive(f, 1514);
		idle = len ? 0 : idle + 1;
		if (!len || f[12] != 0x88 || f[13] != 0xb5)
			continue;
		if (f[14] == 3)
			break;
		f[14] = 2;
		f[len - 1] = (u8)(f[15] ^ 0x55);
		net_send(f, (u32)len);
		n++;
	}
	check(n >= PINGS, "only %u pings came", n);
	print("answered\n");
}

static void test_net(void)
{
	static u8 frame[1600];
	u8 mac[6];

	if (argument("net") < 0)
		return;
	if (net_open(mac) < 0) {
		check(0, "no network card");
		return;
	}
	memcpy(frame + 6, mac, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	if (argument("net") == 1)
		ping(frame, PINGS);
	else
		answer(frame);
}

void kmain(void)
{
	early_write("early ");
	memory_init();
	early_write("text\n");
	traps_init();
	if (argument("random") > 0)
		random_hypercalls((u32)argument("random"), (u32)argument("seed"), argument("wild") > 0);
	if (argument("bad") > 0)
		break_rule((u32)argument("bad"));
	test_segments();
	test_ports();
	test_ring();
	test_traps();
	test_clock();
	use_console();
	print(GEN_NAME ", %u MiB, reserved %x\n", mem_bytes >> 20, guest_data.reserve_mem);
	if (argument("bench") >= 0)
		bench();
	test_input();
	processes();
	test_block();
	test_net();
	if (more_tests && argument("net") < 0)
		more_tests();
	if (argument("crash") >= 0)
		die("as wished");
	print(failures ? "FAILED\n" : "PASS\n");
	power_off();
}
