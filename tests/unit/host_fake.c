/* SPDX-License-Identifier: MIT */
#include "tests/unit/host_fake.h"

#include "host/doctor_space.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#pragma GCC visibility push(hidden)

struct self me;
char fake_reason[LG_REASON_MAX];
struct lg_event fake_event;
int fake_rebased;

static u32 next_table;

/* Spaces have their own: these stand in for them. */
void *memcpy(void *to, const void *from, size_t n)
{
	return memmove(to, from, n);
}

__attribute__((optimize("no-tree-loop-distribute-patterns")))
void *memset(void *to, int c, size_t n)
{
	for (u8 *p = to; n; n--)
		*p++ = (u8)c;
	return to;
}

void kill_guest(const char *fmt, ...)
{
	va_list ap;

	if (fake_reason[0])
		return;
	va_start(ap, fmt);
	vsnprintf(fake_reason, sizeof(fake_reason), fmt, ap);
	va_end(ap);
}

void record(u32 kind, u32 a, u32 b, u32 c, u32 d)
{
	fake_event = (struct lg_event){ 0, kind, me.index, a, b, c, d };
}

void load_segments(void)
{
	fake_rebased = 1;
}

void update_switch(void)
{
}

void drain_ring(void)
{
}

struct fake_asked fake_asked;
u32 fake_answer, fake_notified;

u32 ask_launcher(enum lg_op op, u32 a, u32 b, u32 c, u32 d)
{
	(void)d;
	fake_asked = (struct fake_asked){ op, a, b, c };
	return fake_answer;
}

void notify(u32 gpa)
{
	fake_notified = gpa;
}

/* Nobody debugs. */
u32 debug_mapping(u32 gva, u32 gpa)
{
	(void)gva, (void)gpa;
	return LG_GUARD_UNKNOWN;
}

void debug_clip(u32 gva, u32 *start, u32 *gpa, u32 *pages)
{
	(void)gva, (void)start, (void)gpa, (void)pages;
}

/* The doctor is off here; doctor_tables.o is linked for shadow.o's sake. */
struct lg_finding *doctor_finding(u32 kind)
{
	(void)kind;
	return NULL;
}

void doctor_tell(u32 place)
{
	(void)place;
}

void doctor_touch(u32 gva, u32 gpa, u32 len, bool write)
{
	(void)gva, (void)gpa, (void)len, (void)write;
}

void doctor_looked(u32 gpa)
{
	(void)gpa;
}

void doctor_lost(u32 gpa, u32 gva, enum lg_freed how)
{
	(void)gpa, (void)gva, (void)how;
}

bool emulate_sreg(u32 sreg, u16 selector, u32 *vector)
{
	(void)sreg;
	(void)vector;
	return selector == LG_KERNEL_DS;
}

u16 real_ss(u32 nominal)
{
	(void)nominal;
	return SEL_UDATA;
}

u32 segment_base(u32 sreg)
{
	return sreg == 5 ? 0x1000 : 0;	/* gs has a base */
}

bool has_patches(const u8 *page)
{
	(void)page;
	return false;
}

void remove_patches(u8 *page)
{
	(void)page;
}

static void map_fixed(u64 at, u64 size, int fd)
{
	void *p = mmap((void *)at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		       fd, 0);

	if (p != (void *)at) {
		perror("mapping a space's addresses");
		exit(1);
	}
}

static void once(void)
{
	static int done;
	u64 pages = FAKE_RAM / LG_PAGE_SIZE + LG_DEVICE_PAGES;
	int fd;

	if (done++)
		return;
	fd = memfd_create("state", 0);
	if (fd < 0 || ftruncate(fd, (off_t)LG_STATE_SIZE(pages)) < 0)
		exit(1);
	map_fixed(LG_STATE_ADDR, LG_STATE_SIZE(pages), fd);
	fd = memfd_create("ram", 0);
	if (fd < 0 || ftruncate(fd, (off_t)(pages * LG_PAGE_SIZE)) < 0 || dup2(fd, LG_FD_RAM) < 0)
		exit(1);
	map_fixed(LG_RAM_ADDR, pages * LG_PAGE_SIZE, LG_FD_RAM);
}

int fake_setup(void **state)
{
	(void)state;
	once();
	memset(lg, 0, LG_STATE_SIZE(FAKE_RAM / LG_PAGE_SIZE + LG_DEVICE_PAGES));
	memset((void *)LG_RAM_ADDR, 0, FAKE_RAM);
	memset(&me, 0, sizeof(me));
	lg->ram_pages = FAKE_RAM / LG_PAGE_SIZE;
	lg->pages = lg->ram_pages + LG_DEVICE_PAGES;
	lg->mmap_min = 65536;
	lg->have_spaces = lg->want_spaces = lg->max_spaces = 1;
	for (u32 i = 0; i < LG_SPACES; i++)
		lg->spaces[i].pgdir = PGDIR_NONE;
	lg->spaces[0].pgdir = FAKE_PGDIR;
	cpu->pgdir = FAKE_PGDIR;
	cpu->kernel_address = 0xc0000000;
	cpu->regs.ss = cpu->sw.udata = SEL_UDATA;
	fake_reason[0] = 0;
	fake_rebased = 0;
	fake_asked = (struct fake_asked){ LG_OPS, 0, 0, 0 };
	fake_answer = fake_notified = 0;
	next_table = FAKE_TABLES;
	return 0;
}

int fake_teardown(void **state)
{
	(void)state;
	flush_everything();
	return 0;
}

u32 *fake_ram(u32 gpa)
{
	return (u32 *)(LG_RAM_ADDR + gpa);
}

u32 *fake_pte(u32 gva)
{
	u32 *pde = fake_ram(FAKE_PGDIR + (gva >> 22) * 4);

	if (!(*pde & LG_PTE_PRESENT)) {
		*pde = next_table | LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER;
		next_table += LG_PAGE_SIZE;
	}
	return fake_ram((*pde & ~0xfffu) + (gva >> 12 & 1023) * 4);
}

void fake_map(u32 gva, u32 gpa, u32 flags)
{
	*fake_pte(gva) = gpa | flags;
}

int fake_mapped(u32 gva)
{
	unsigned char vec;

	return mincore((void *)((u64)gva + my_space()->base), 1, &vec) == 0;
}

/* The kernel will say EFAULT if it may not write there. */
int fake_writable(u32 gva)
{
	void *at = (void *)((u64)gva + my_space()->base);
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	char old = fake_mapped(gva) ? *(volatile char *)at : 0;
	ssize_t n = read(zero, at, 1);

	close(zero);
	if (n == 1)
		*(volatile char *)at = old;
	return n == 1;
}

/* No copies of user text here. */
void int80_unmapped(u32 gva, u64 len)
{
	(void)gva, (void)len;
}
