/* SPDX-License-Identifier: MIT */
/*
 * Our own page tables, of two or (GEN_PAE) three levels: all RAM and the device
 * pages behind it at KZERO, the same in every directory; users below.
 */
#include "tests/gen/gen.h"

#define DEVICE_PAGES	256u

#if GEN_PAE
typedef u64 pte_t;
#define TABLE_SHIFT	21
#define ENTRIES		512u
#else
typedef u32 pte_t;
#define TABLE_SHIFT	22
#define ENTRIES		1024u
#endif

extern char kernel_end[];
u32 mem_bytes;
char cmdline[256];
static u32 next_page, first_directory, current;

void *page(void)
{
	u32 p = next_page;

	next_page += PAGE;
	if (next_page > mem_bytes)
		die("out of memory");
	return memset(va(p), 0, PAGE);
}

static pte_t *table_in(pte_t *e)
{
	if (!(*e & PTE_P))
		*e = pa(page()) | PTE_P | PTE_W | PTE_U | PTE_A;
	return va((u32)*e & ~(PAGE - 1));
}

/* The last-level directory entry for gva: two levels have one directory, three have four. */
static pte_t *middle(u32 dir, u32 gva)
{
#if GEN_PAE
	u64 *top = (u64 *)va(dir) + (gva >> 30);

	if (!(*top & PTE_P))
		*top = pa(page()) | PTE_P;	/* no other bit is allowed here */
	return (u64 *)va((u32)*top & ~(PAGE - 1)) + (gva >> 21 & 511);
#else
	return (u32 *)va(dir) + (gva >> 22);
#endif
}

static pte_t *entry(u32 dir, u32 gva)
{
	return table_in(middle(dir, gva)) + (gva >> 12) % ENTRIES;
}

void map(u32 dir, u32 gva, u32 pte)
{
	*entry(dir, gva) = pte;
}

void directory_entry(u32 dir, u32 gva, u32 value)
{
	*middle(dir, gva) = value;
}

void change(u32 dir, u32 gva, u32 pte)
{
	*entry(dir, gva) = pte;
	post(H_SET_PTE, dir, gva, pte, 0);
}

u32 directory(void)
{
	u32 dir = pa(page()), gva;

	/* All of the kernel half is there from the start, so its tables are shared. */
	for (gva = KZERO; first_directory && gva; gva += 1u << TABLE_SHIFT) {
#if GEN_PAE
		((u64 *)va(dir))[3] = ((u64 *)va(first_directory))[3];
		break;
#else
		*middle(dir, gva) = *middle(first_directory, gva);
#endif
	}
	return dir;
}

u32 current_directory(void)
{
	return current;
}

void use_directory(u32 dir)
{
	current = dir;
	hcall(H_NEW_PGTABLE, dir, 0, 0, 0);
}

static void read_boot_page(void)
{
	const u8 *boot = va(0);
	const char *line;
	u32 i;

	check(boot[0x1e8] == 1, "one e820 entry");
	memcpy(&mem_bytes, boot + 0x2d8, 4);
	line = va(*(const u32 *)(boot + 0x228));
	for (i = 0; i + 1 < sizeof(cmdline) && line[i]; i++)
		cmdline[i] = line[i];
}

void memory_init(void)
{
	u32 p;

	next_page = pa(kernel_end);
	read_boot_page();
	first_directory = directory();
	for (p = 0; p < mem_bytes + DEVICE_PAGES * PAGE; p += PAGE)
		map(first_directory, KZERO + p, p | PTE_P | PTE_W | PTE_A | PTE_D);
	use_directory(first_directory);
}
