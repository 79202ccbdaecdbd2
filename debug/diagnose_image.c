/* SPDX-License-Identifier: MIT */
/*
 * P:235 Data that is not where the code looks for it: the oldest trap of the
 * trade.  The image says what the bytes should be; guest memory says what
 * they are.  Kernels change their data, so only a clear difference counts.
 */
#include <string.h>

#include "debug/diagnose.h"

#define SAMPLE		512u		/* bytes compared of a segment */
#define ENOUGH		16u		/* of them not 0 in the file, or we cannot tell */
#define WIPED_MAX	65536u		/* looked at for zeros */

struct sample {
	u8 file[SAMPLE], here[SAMPLE], there[SAMPLE];
	u32 n, filled;			/* bytes; those not 0 in the file */
};

/* The first stretch of the segment that holds something. */
static bool read_file(const struct snapshot *s, const struct segment *seg, u32 *at,
		      struct sample *m)
{
	const u8 *bytes = symbols_bytes(s->symbols, seg->offset, seg->filesz);

	for (u32 i = 0; bytes && i + SAMPLE <= seg->filesz && i < WIPED_MAX; i += SAMPLE / 2) {
		memcpy(m->file, bytes + i, SAMPLE);
		m->filled = 0;
		for (u32 k = 0; k < SAMPLE; k++)
			m->filled += m->file[k] != 0;
		*at = i;
		m->n = SAMPLE;
		if (m->filled >= ENOUGH)
			return true;
	}
	m->n = bytes && seg->filesz < SAMPLE ? seg->filesz : 0;
	m->filled = 0;
	*at = 0;
	for (u32 k = 0; k < m->n; k++) {
		m->file[k] = bytes[k];
		m->filled += bytes[k] != 0;
	}
	return m->filled >= ENOUGH;
}

/* Bytes, of those not 0 in the file, that memory has too. */
static u32 same(const struct sample *m, const u8 *bytes)
{
	u32 n = 0;

	for (u32 k = 0; k < m->n; k++)
		n += m->file[k] && m->file[k] == bytes[k];
	return n;
}

/* Where the guest's code finds this segment; in linear mode text is the measure. */
static bool seen_at(const struct snapshot *s, u32 vaddr, u32 *gpa)
{
	struct walk w;
	u32 offset;

	if (s->linear) {
		*gpa = vaddr;
		if (!symbols_offset(s->symbols, &offset))
			return false;
		*gpa = vaddr - offset;
		return true;
	}
	walk_gva(s, vaddr, &w);
	*gpa = w.gpa;
	return w.mapped;
}

static bool elsewhere(struct scene *c, const struct segment *seg)
{
	struct sample m;
	u32 at, gpa;

	if (!read_file(c->s, seg, &at, &m) || !seen_at(c->s, seg->vaddr + at, &gpa) ||
	    gpa == seg->paddr + at)
		return false;
	if (lg_peek(c->s->lg, seg->paddr + at, m.there, m.n) ||
	    lg_peek(c->s->lg, gpa, m.here, m.n))
		return false;
	c->a = seg->vaddr;
	c->b = seg->paddr;
	c->c = gpa - at;
	c->d = seg->vaddr - (gpa - at);
	return same(&m, m.there) * 8 >= m.filled * 7 && same(&m, m.here) * 4 < m.filled;
}

static bool each_segment(struct scene *c, bool (*fits)(struct scene *, const struct segment *))
{
	struct segment seg;

	for (int i = 0; symbols_segment(c->s->symbols, i, &seg); i++) {
		const char *name = NULL;

		if (!seg.filesz || !fits(c, &seg))
			continue;
		symbols_section(c->s->symbols, seg.vaddr, &name);
		snprintf(c->t, sizeof(c->t), "%.40s", name ? name : "data");
		return true;
	}
	return false;
}

static bool fits_elsewhere(struct scene *c)
{
	return each_segment(c, elsewhere);
}

/* What its page table says is no longer what was loaded there: all zeros. */
static bool wiped(struct scene *c, const struct segment *seg)
{
	u32 len = seg->filesz < WIPED_MAX ? seg->filesz : WIPED_MAX;
	const u8 *bytes = symbols_bytes(c->s->symbols, seg->offset, len);
	u8 page[LG_PAGE_SIZE];
	u32 gpa, filled = 0;

	if (!bytes || !seg->write || !seen_at(c->s, seg->vaddr, &gpa))
		return false;
	for (u32 i = 0; i < len; i += sizeof(page)) {
		u32 n = len - i < sizeof(page) ? len - i : (u32)sizeof(page);

		if (!seen_at(c->s, seg->vaddr + i, &gpa) || lg_peek(c->s->lg, gpa, page, n))
			return false;
		for (u32 k = 0; k < n; k++) {
			if (page[k])
				return false;
			filled += bytes[i + k] != 0;
		}
	}
	c->a = seg->vaddr;
	c->b = seg->vaddr + seg->filesz;
	return filled >= ENOUGH;
}

static bool fits_wiped(struct scene *c)
{
	return each_segment(c, wiped);
}

/* A section with contents that no program header mentions. */
static bool fits_orphan(struct scene *c)
{
	const char *name;

	if (!symbols_orphan(c->s->symbols, &name, &c->a))
		return false;
	snprintf(c->t, sizeof(c->t), "%.40s", name);
	return true;
}

/* The kernel's own page is not in its tables. */
static bool fits_unmapped(struct scene *c)
{
	const struct snapshot *s = c->s;
	const char *name = NULL;
	struct segment seg;
	struct walk w;

	if (s->linear || !kernel_fault(s))
		return false;
	walk_gva(s, s->regs.cr2, &w);
	for (int i = 0; !w.mapped && symbols_segment(s->symbols, i, &seg); i++) {
		if (s->regs.cr2 - seg.vaddr >= seg.memsz)
			continue;
		symbols_section(s->symbols, s->regs.cr2, &name);
		snprintf(c->t, sizeof(c->t), "%.40s", name ? name : "data");
		c->a = s->regs.cr2 - seg.vaddr + seg.paddr;
		return true;
	}
	return false;
}

static const struct rule image[] = {
	{ "data elsewhere", fits_elsewhere,
	  "the kernel's {t} at {a} is not the data of the image",
	  "the program header loaded it at physical {b}, but the kernel finds physical {c} there",
	  "a data segment that is not aligned: its load address (AT, p_paddr) and its virtual address "
	  "are not the same distance apart as the text's",
	  "give every segment p_vaddr - p_paddr = {d} in the linker script", 0 },
	{ "section not loaded", fits_orphan,
	  "the kernel's section {t} at {a} was never loaded",
	  "no program header of the image covers it, so the kernel reads whatever is there",
	  "a linker script with PHDRS, or an objcopy, that lost it",
	  "put it into a PT_LOAD segment", 0 },
	{ "data wiped", fits_wiped,
	  "the kernel's {t} from {a} to {b} is all zeros, and the image has data there",
	  "something cleared it after it was loaded",
	  "a loop that clears .bss and starts too low", "correct where it starts", 0 },
	{ "own page not mapped", fits_unmapped,
	  "the kernel touched its own {t} at {cr2} from {eip}",
	  "its page tables do not map that page", "tables that cover only a part of the kernel",
	  "map it: the image was loaded with this page at physical {a}",
	  HINT_UNHANDLED | HINT_ACCESS },
};
const struct rules rules_image = RULES(image);
