/* SPDX-License-Identifier: MIT */
/*
 * See debug_fake.h.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/debug_fake.h"

struct lguest *lg_shared(struct lg *lg)
{
	return lg->shared;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	if (gpa > sizeof(lg->ram) || len > sizeof(lg->ram) - gpa)
		return -14;
	memcpy(to, lg->ram + gpa, len);
	return 0;
}

int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	*pde = *pte = 0;
	if (lg_peek(lg, (u64)pgdir + gva / 0x400000 * 4, pde, 4) || !(*pde & LG_PTE_PRESENT))
		return -14;
	if (*pde & LG_PTE_LARGE) {
		*gpa = (*pde & 0xffc00000u) + (gva & 0x3fffff);
		return 0;
	}
	if (lg_peek(lg, (u64)(*pde & ~0xfffu) + (gva >> 12 & 0x3ff) * 4, pte, 4) ||
	    !(*pte & LG_PTE_PRESENT))
		return -14;
	*gpa = (*pte & ~0xfffu) + (gva & 0xfff);
	return 0;
}

void fake_poke(struct lg *lg, u32 gpa, u32 word)
{
	assert_true(gpa <= sizeof(lg->ram) - 4);
	memcpy(lg->ram + gpa, &word, 4);
}

struct lg *fake_new(void)
{
	struct lg *lg = calloc(1, sizeof(*lg));
	struct lguest_data data = { .irq_enabled = LG_EFLAGS_IF };
	struct lg_cpu *cpu;

	memset(data.hcall_status, LG_RING_FREE, sizeof(data.hcall_status));
	assert_non_null(lg);
	lg->shared = calloc(1, LG_STATE_SIZE(FAKE_PAGES));
	lg->shared->event_mask = LG_EVENTS - 1;
	assert_non_null(lg->shared);
	lg->shared->ram_pages = lg->shared->pages = FAKE_PAGES;
	lg->shared->native = 1;
	lg->shared->generation = LG_GEN_NATIVE;
	fake_poke(lg, FAKE_PGDIR + (FAKE_KERNEL >> 22) * 4, FAKE_PGTAB | 7);
	for (u32 i = 0; i < FAKE_PAGES; i++)
		fake_poke(lg, FAKE_PGTAB + 4 * i, i << 12 | 3);
	memcpy(lg->ram + FAKE_DATA, &data, sizeof(data));
	cpu = &lg->shared->cpu;
	cpu->pgdir = FAKE_PGDIR;
	cpu->kernel_address = FAKE_KERNEL;
	cpu->data_gpa = FAKE_DATA;
	cpu->sw.esp1 = FAKE_STACK;
	cpu->regs.eip = FAKE_TEXT;
	cpu->regs.esp = FAKE_STACK;
	return lg;
}

void fake_free(struct lg *lg)
{
	free(lg->shared);
	free(lg);
}

void fake_push(struct lg *lg, u32 word)
{
	lg->shared->cpu.regs.esp -= 4;
	fake_poke(lg, lg->shared->cpu.regs.esp - FAKE_KERNEL, word);
}

void fake_reason(struct lg *lg, const char *reason)
{
	snprintf(lg->shared->reason, LG_REASON_MAX, "%s", reason);
}

void fake_event(struct lg *lg, struct lg_event event)
{
	u32 n = atomic_fetch_add(&lg->shared->nevents, 1);

	lg->shared->events[n & lg->shared->event_mask] = event;
}

void fake_code(struct lg *lg, const void *bytes, size_t len)
{
	memcpy(lg->ram + (lg->shared->cpu.regs.eip - FAKE_KERNEL), bytes, len);
}

char *fake_report(struct lg *lg, const struct debug_image *image)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	debug_crash_report(lg, image, to);
	fclose(to);
	return text;
}

char *fake_stop_report(struct lg *lg)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	debug_stop_report(lg, NULL, to);
	fclose(to);
	return text;
}

void assert_says(const char *report, const char *words)
{
	if (!strstr(report, words))
		fail_msg("no \"%s\" in:\n%s", words, report);
}

void assert_silent(const char *report, const char *words)
{
	if (strstr(report, words))
		fail_msg("\"%s\" in:\n%s", words, report);
}
