/* SPDX-License-Identifier: MIT */
/* Page walks, what may be mapped, how runs are merged, and what is forgotten. */
#include "tests/unit/host_fake.h"

#define USER		0x20000000u
#define KERNEL		0xc0100000u
#define RO		(LG_PTE_PRESENT | LG_PTE_USER | LG_PTE_ACCESSED)

static void walk_finds_4k_and_4m(void **state)
{
	struct walk w;

	(void)state;
	fake_map(USER, 0x200000, PTE_ALL);
	assert_true(walk_tables(FAKE_PGDIR, USER + 0x123, &w));
	assert_int_equal(w.gpa, 0x200000);
	assert_int_equal(w.pte_gpa, FAKE_TABLES);
	*fake_ram(FAKE_PGDIR + (KERNEL >> 22) * 4) = 0x400000 | PTE_ALL | LG_PTE_LARGE;
	assert_true(walk_tables(FAKE_PGDIR, 0xc0123456, &w));
	assert_int_equal(w.gpa, 0x523000);
	assert_int_equal(w.pte_gpa, 0);
	assert_false(walk_tables(FAKE_PGDIR, USER + 0x1000, &w));
	assert_false(walk_tables(FAKE_PGDIR, 0x30000000, &w));
}

static void both_levels_must_permit(void **state)
{
	struct walk w;

	(void)state;
	fake_map(USER, 0x200000, PTE_ALL);
	*fake_ram(FAKE_PGDIR + (USER >> 22) * 4) &= ~LG_PTE_WRITE;
	assert_true(walk_tables(FAKE_PGDIR, USER, &w));
	assert_false(w.flags & LG_PTE_WRITE);
	assert_false(shadow_fault(USER, ACCESS_WRITE));
	*fake_ram(FAKE_PGDIR + (USER >> 22) * 4) &= ~LG_PTE_USER;
	assert_false(shadow_fault(USER, ACCESS_USER));
	assert_true(shadow_fault(USER, 0));
}

/* Three levels: a table at 0x20000 for the first GiB, page tables behind it. */
#define PAE_TOP		(FAKE_PGDIR + 0x20)	/* it need not be on a page of its own */
#define PAE_MIDDLE	0x20000u
#define PAE_TABLE	0x21000u

static void put_long(u32 gpa, u32 lo, u32 hi)
{
	*fake_ram(gpa) = lo;
	*fake_ram(gpa + 4) = hi;
}

static void pae_tables(u32 gva, u32 pte, u32 pte_hi)
{
	cpu->pae = 1;
	cpu->pgdir = my_space()->pgdir = PAE_TOP;
	put_long(PAE_TOP + (gva >> 30) * 8, PAE_MIDDLE | LG_PTE_PRESENT, 0);
	put_long(PAE_MIDDLE + (gva >> 21 & 511) * 8, PAE_TABLE | PTE_ALL, 0);
	put_long(PAE_TABLE + (gva >> 12 & 511) * 8, pte, pte_hi);
}

static void three_levels_are_walked(void **state)
{
	struct walk w;

	(void)state;
	pae_tables(USER, 0x200000 | PTE_ALL, 0x80000000);	/* NX is nothing to us */
	assert_true(walk_tables(PAE_TOP, USER + 0x123, &w));
	assert_int_equal(w.gpa, 0x200000);
	assert_int_equal(w.pte_gpa, PAE_TABLE);
	assert_false(walk_tables(PAE_TOP, USER + 0x1000, &w));
	assert_false(walk_tables(PAE_TOP, USER + 0x200000, &w));
	assert_false(walk_tables(PAE_TOP, USER + 0x40000000, &w));
	assert_true(shadow_fault(USER, ACCESS_USER | ACCESS_WRITE));
	assert_true(fake_writable(USER));
	put_long(PAE_MIDDLE + ((USER >> 21 & 511) + 1) * 8, 0x400000 | PTE_ALL | LG_PTE_LARGE, 0);
	assert_true(walk_tables(PAE_TOP, USER + 0x323456, &w));
	assert_int_equal(w.gpa, 0x523000);
	assert_int_equal(w.pte_gpa, 0);
}

static void bad_long_entries_kill(void **state)
{
	(void)state;
	pae_tables(USER, 0x200000 | PTE_ALL, 1);		/* above 4 GiB */
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page table entry 0xfffff067 at 0x21000");
	fake_reason[0] = 0;
	put_long(PAE_MIDDLE + (USER >> 21 & 511) * 8, PAE_TABLE | PTE_ALL, 1);
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page middle directory entry 0xfffff067 at 0x20800");
	fake_reason[0] = 0;
	put_long(PAE_TOP, PAE_MIDDLE | LG_PTE_PRESENT | LG_PTE_WRITE, 0);
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page directory entry 0x20003 at 0x10020");
	fake_reason[0] = 0;
	put_long(PAE_TOP, 0x7f000000 | LG_PTE_PRESENT, 0);
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page directory entry 0x7f000001 at 0x10020");
}

static void levels_show_at_the_first_directory(void **state)
{
	(void)state;
	put_long(0x30000 + 24, PAE_MIDDLE | LG_PTE_PRESENT, 0);	/* a kernel's part only */
	choose_levels(0x30000);
	assert_true(cpu->pae);
	put_long(0x30000 + 24, 0, 0);
	choose_levels(0x30000);					/* once is for ever */
	assert_true(cpu->pae);
	cpu->pae = cpu->levels_known = 0;
	choose_levels(0x30000);					/* nothing there: two levels */
	assert_false(cpu->pae);
	cpu->levels_known = 0;
	*fake_ram(0x30000) = PAE_TABLE | PTE_ALL;		/* an entry of two levels */
	choose_levels(0x30000);
	assert_false(cpu->pae);
	cpu->levels_known = 0;
	choose_levels(0x30020);					/* not on a page of its own */
	assert_true(cpu->pae);
}

static void first_write_is_seen(void **state)
{
	(void)state;
	fake_map(USER, 0x200000, LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER);
	assert_true(shadow_fault(USER, ACCESS_USER));
	assert_int_equal(*fake_pte(USER) & 0xff, RO | LG_PTE_WRITE);
	assert_true(fake_mapped(USER));
	assert_false(fake_writable(USER));
	assert_true(shadow_fault(USER, ACCESS_USER | ACCESS_WRITE));
	assert_int_equal(*fake_pte(USER) & 0xff, PTE_ALL);
	assert_true(fake_writable(USER));
}

static void bad_entries_kill(void **state)
{
	(void)state;
	fake_map(USER, 0x7f000000, PTE_ALL);
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page table entry 0x7f000067 at 0x11000");
	fake_reason[0] = 0;
	*fake_ram(FAKE_PGDIR) = 0x7f000000 | PTE_ALL;
	assert_false(shadow_fault(0x1000, 0));
	assert_string_equal(fake_reason, "bad page directory entry 0x7f000067 at 0x10000");
	fake_reason[0] = 0;
	fake_map(USER, 0x200000, PTE_ALL | LG_PTE_LARGE);
	assert_false(shadow_fault(USER, 0));
	assert_string_equal(fake_reason, "bad page table entry 0x2000e7 at 0x11000");
}

static void equal_neighbours_join(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 8; i++)
		fake_map(USER + i * 4096, 0x200000 + i * 4096, PTE_ALL);
	fake_map(USER + 2 * 4096, 0x200000 + 2 * 4096, RO);	/* other permission */
	fake_map(USER + 6 * 4096, 0x300000, PTE_ALL);		/* elsewhere in memory */
	assert_true(shadow_fault(USER + 4 * 4096, 0));
	assert_int_equal(fake_event.a, USER + 3 * 4096);
	assert_int_equal(fake_event.b, 3 * 4096);
	assert_false(fake_mapped(USER + 2 * 4096));
	assert_false(fake_mapped(USER + 6 * 4096));
}

static void untouched_neighbours_do_not_join(void **state)
{
	(void)state;
	fake_map(USER, 0x200000, PTE_ALL);
	fake_map(USER + 4096, 0x201000, PTE_ALL & ~LG_PTE_ACCESSED);
	assert_true(shadow_fault(USER, 0));
	assert_int_equal(fake_event.b, 4096);
	assert_false(*fake_pte(USER + 4096) & LG_PTE_ACCESSED);
}

static void runs_stop_at_the_kernel(void **state)
{
	(void)state;
	fake_map(0xbffff000, 0x200000, PTE_ALL);
	fake_map(0xc0000000, 0x201000, PTE_ALL);
	assert_true(shadow_fault(0xbffff000, 0));
	assert_int_equal(fake_event.b, 4096);
	assert_false(shadow_fault(0xc0000000, ACCESS_USER));
	assert_true(shadow_fault(0xc0000000, 0));
	assert_int_equal(fake_event.a, 0xc0000000);
	assert_int_equal(fake_event.b, 4096);
}

static void nothing_is_mapped_twice(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 4; i++)
		fake_map(USER + i * 4096, 0x200000 + i * 4096, PTE_ALL);
	assert_true(shadow_fault(USER, 0));
	assert_int_equal(fake_event.b, 4 * 4096);
	for (i = 4; i < 8; i++)
		fake_map(USER + i * 4096, 0x200000 + i * 4096, PTE_ALL);
	assert_true(shadow_fault(USER + 5 * 4096, 0));
	assert_int_equal(fake_event.a, USER + 4 * 4096);
	assert_int_equal(fake_event.b, 4 * 4096);
}

static void flushed_pages_are_gone(void **state)
{
	(void)state;
	fake_map(USER, 0x200000, PTE_ALL);
	fake_map(USER + 4096, 0x201000, PTE_ALL);
	fake_map(KERNEL, 0x300000, PTE_ALL & ~LG_PTE_USER);
	shadow_fault(USER, 0);
	shadow_fault(KERNEL, 0);
	flush_range(FAKE_PGDIR, USER, 4096);
	assert_false(fake_mapped(USER));
	assert_true(fake_mapped(USER + 4096));
	flush_range(0x99000, USER + 4096, 4096);	/* somebody else's */
	assert_true(fake_mapped(USER + 4096));
	flush_range(0x99000, KERNEL, 4096);		/* the kernel half is common */
	assert_false(fake_mapped(KERNEL));
	shadow_fault(KERNEL, 0);
	flush_user();
	assert_false(fake_mapped(USER + 4096));
	assert_true(fake_mapped(KERNEL));
}

static void others_are_told_to_flush(void **state)
{
	struct lg_space *other = &lg->spaces[1];
	u32 i;

	(void)state;
	lg->have_spaces = 2;
	other->pgdir = 0x20000;
	flush_range(0x20000, USER, 8192);
	assert_int_equal(other->ninvals, 1);
	assert_int_equal(other->invals[0].gva, USER);
	assert_int_equal(other->invals[0].len, 8192);
	for (i = 0; i < LG_INVALS; i++)
		flush_range(FAKE_PGDIR, KERNEL + i * 4096, 4096);
	assert_int_equal(other->flush_all, 1);
}

static void low_pages_need_a_base(void **state)
{
	(void)state;
	fake_map(0x1000, 0x200000, PTE_ALL);
	fake_map(USER, 0x201000, PTE_ALL);
	*fake_ram(0x200000) = 0x1234;
	shadow_fault(USER, 0);
	assert_true(shadow_fault(0x1000, ACCESS_USER));
	assert_int_equal(my_space()->base, LG_BASE_SHIFT);
	assert_true(fake_rebased);
	assert_int_equal(*(u32 *)(u64)(0x1000 + LG_BASE_SHIFT), 0x1234);
	assert_false(fake_mapped(USER));
}

static void borrowed_pages_are_copied_on_write(void **state)
{
	static u8 file[4 * 4096] __attribute__((aligned(4096)));

	(void)state;
	memset(file, 'f', sizeof(file));
	lg->borrows[0] = (struct lg_borrow){ 0x400000, 4, (u64)file, 0 };
	lg->nborrows = 1;
	for (u32 i = 0; i < 4; i++)
		lg->page_state[0x400 + i] = LG_PAGE_BORROWED;
	assert_int_equal(*(u8 *)guest_page(0x401000, false), 'f');
	assert_int_equal(lg->page_state[0x401], LG_PAGE_BORROWED);
	*(u8 *)guest_page(0x401000, true) = 'g';
	assert_int_equal(lg->page_state[0x401], LG_PAGE_OWN);
	assert_int_equal(lg->page_state[0x400], LG_PAGE_BORROWED);
	assert_int_equal(file[0x1000], 'f');
	assert_int_equal(*(u8 *)guest_page(0x401001, false), 'f');
	assert_int_equal(lg->borrow_gen, 1);
	assert_non_null(guest_range(0x400fff, 2));
	assert_int_equal(lg->page_state[0x400], LG_PAGE_OWN);
}

static void ranges_do_not_overflow(void **state)
{
	u64 top = (u64)lg->pages * LG_PAGE_SIZE;

	(void)state;
	assert_non_null(guest_range(top - 1, 1));
	assert_null(guest_range(top - 1, 2));
	assert_null(guest_range(0, 0));
	assert_null(guest_range(~0ull, 2));
	assert_null(guest_range(0x1000, ~0ull - 0x800));
	assert_null(guest_page(top, false));
}

static void reserved_top_is_ours(void **state)
{
	(void)state;
	fake_map(0xffc00000, 0x200000, PTE_ALL);
	assert_false(shadow_fault(0xffc00000, 0));
	assert_false(shadow_fault(0xfffff000, ACCESS_WRITE));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)
const struct CMUnitTest host_shadow_tests[] = {
	TEST(three_levels_are_walked), TEST(bad_long_entries_kill),
	TEST(levels_show_at_the_first_directory),
	TEST(walk_finds_4k_and_4m), TEST(both_levels_must_permit), TEST(first_write_is_seen),
	TEST(bad_entries_kill), TEST(equal_neighbours_join), TEST(untouched_neighbours_do_not_join),
	TEST(runs_stop_at_the_kernel), TEST(nothing_is_mapped_twice), TEST(flushed_pages_are_gone),
	TEST(others_are_told_to_flush), TEST(low_pages_need_a_base),
	TEST(borrowed_pages_are_copied_on_write), TEST(ranges_do_not_overflow),
	TEST(reserved_top_is_ours),
};
const size_t host_shadow_count = sizeof(host_shadow_tests) / sizeof(host_shadow_tests[0]);
