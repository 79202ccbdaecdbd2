/* SPDX-License-Identifier: MIT */
#include "tests/gen/a_small.h"

#define TABLES 8u			/* 32 MiB, of which 16 are RAM */

struct guest_data guest_data = { .hcall_status = { [0 ... 63] = 0xff }, .blocked_interrupts = 1,
				 .noirq_start = 0xc0000000, .noirq_end = 0xc0000000 };

u32 pgdir[1024] __attribute__((aligned(4096)));
u32 tables[TABLES * 1024] __attribute__((aligned(4096)));
static u32 bad;

void say(const char *text)
{
	struct dma out;
	u32 n = 0, i;

	while (text[n])
		n++;
	memset((void *)&out, 0, sizeof(out));
	for (i = 0; i < 16 && n; i++) {
		u32 part = PAGE - (u32)text % PAGE;

		if (part > n)
			part = n;
		out.addr[i] = pa(text);
		out.len[i] = (u16)part;
		text += part;
		n -= part;
	}
	send_dma(0, &out);
}

void expect(int good, const char *what)
{
	if (good)
		return;
	bad = 1;
	say("FAIL ");
	say(what);
	say("\n");
}

void section(struct dma *l, u32 i, u32 addr, u32 len)
{
	l->addr[i] = addr;
	l->len[i] = (u16)len;
}

struct dma_desc *slots(void)
{
	return va(RAM);
}

struct dma_desc *slot_of(u32 type, u32 *irq)
{
	u32 i;

	for (i = 0; i < 16; i++)
		if (slots()[i].type == type) {
			*irq = i + 1;
			return &slots()[i];
		}
	return 0;
}

void say_number(u32 n)
{
	char digits[12], *p = &digits[11];

	*p = 0;
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	say(p);
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *ret = to;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
	return ret;
}

void *memset(void *to, int c, size_t n)
{
	void *ret = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
	return ret;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

static void own_tables(void)
{
	u32 i;

	for (i = 0; i < TABLES * 1024; i++)
		tables[i] = i * PAGE < TOP ? i * PAGE | PTE_P | PTE_W | PTE_A | PTE_D : 0;
	for (i = 0; i < TABLES; i++)
		pgdir[KZERO / (PAGE * 1024) + i] = (pa(tables) + i * PAGE) | PTE_P | PTE_W;
	hcall(H_NEW_PGTABLE, pa(pgdir), 0, 0, 0);
}

static int starts(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

static u32 length(const char *text)
{
	u32 n = 0;

	while (text[n])
		n++;
	return n;
}

/* What stands behind "name=" on the command line, or 0. */
static const char *value(const char *name)
{
	const char *line = va(0x1000);

	for (; *line; line++)
		if (starts(line, name) && line[length(name)] == '=')
			return line + length(name) + 1;
	return 0;
}

u32 option(const char *name, u32 otherwise)
{
	const char *v = value(name);
	u32 n = 0;

	if (!v)
		return otherwise;
	for (; *v >= '0' && *v <= '9'; v++)
		n = n * 10 + (u32)(*v - '0');
	return n;
}

void kmain(void)
{
	const char *name = value("case");
	u32 i, n;

	own_tables();
	for (i = 0; name && cases[i].name; i++) {
		n = length(cases[i].name);
		if (!starts(name, cases[i].name) || (name[n] && name[n] != ' '))
			continue;
		cases[i].run();
		say(bad ? "FAILED\n" : "PASS\n");
		hcall(H_CRASH, pa("Power down"), 0, 0, 0);
	}
	hcall(H_CRASH, pa("no such case"), 0, 0, 0);
}
