/* SPDX-License-Identifier: MIT */
/*
 * P:235 Data that is not where the code looks for it: the oldest trap of the
 * trade.  The image says what the bytes should be; guest memory says what
 * they are.  Kernels change their data, so only a clear difference counts.
 */
#include "debug/diagnose.h"

#define ENOUGH		4u		/* bytes not 0 in the file, or we cannot tell */
#define LOOKED_AT	65536u		/* bytes of a segment */

/* What became of a segment: bytes that are not 0 in the file ... */
struct remains {
	u32 filled;
	u32 here, there;		/* ... and the same where it is seen, where it was loaded */
	u32 other;			/* bytes seen that are not 0 at all */
};

/* Where the guest's code finds this address; in linear mode text is the measure. */
static bool seen_at(const struct snapshot *s, u32 vaddr, u32 *gpa)
{
	struct walk w;
	u32 offset;

	if (s->linear) {
		if (!symbols_offset(s->symbols, &offset))
			return false;
		*gpa = vaddr - offset;
		return true;
	}
	walk_gva(s, vaddr, &w);
	*gpa = w.gpa;
	return w.mapped;
}

/* The Host writes to struct lguest_data: it proves nothing. */
static bool is_host_data(const struct snapshot *s, u32 gpa)
{
	return s->data_gpa && gpa - s->data_gpa < sizeof(struct lguest_data);
}

/* A piece within one page of the guest's view. */
static bool compare_piece(const struct snapshot *s, const struct segment *seg, u32 at, u32 n,
			  struct remains *r)
{
	const u8 *file = symbols_bytes(s->symbols, seg->offset + at, n);
	u8 here[LG_PAGE_SIZE], there[LG_PAGE_SIZE];
	u32 gpa;

	if (!file || !seen_at(s, seg->vaddr + at, &gpa) || lg_peek(s->lg, gpa, here, n) ||
	    lg_peek(s->lg, seg->paddr + at, there, n))
		return false;
	for (u32 k = 0; k < n; k++) {
		if (is_host_data(s, gpa + k))
			continue;
		r->filled += file[k] != 0;
		r->here += file[k] && file[k] == here[k];
		r->there += file[k] && file[k] == there[k];
		r->other += here[k] != 0;
	}
	return true;
}

static bool compare(const struct snapshot *s, const struct segment *seg, struct remains *r)
{
	u32 len = seg->filesz < LOOKED_AT ? seg->filesz : LOOKED_AT, n;

	*r = (struct remains){ 0 };
	for (u32 at = 0; at < len; at += n) {
		n = LG_PAGE_SIZE - (seg->vaddr + at) % LG_PAGE_SIZE;
		if (n > len - at)
			n = len - at;
		if (!compare_piece(s, seg, at, n, r))
			return false;
	}
	return r->filled >= ENOUGH;
}

static bool elsewhere(struct scene *c, const struct segment *seg)
{
	struct remains r;
	u32 gpa;

	if (!seen_at(c->s, seg->vaddr, &gpa) || gpa == seg->paddr || !compare(c->s, seg, &r))
		return false;
	c->a = seg->vaddr;
	c->b = seg->paddr;
	c->c = gpa;
	c->d = seg->vaddr - gpa;
	return r.there * 8 >= r.filled * 7 && r.here * 4 < r.filled;
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

/* Loaded where it belongs, and now all zeros. */
static bool wiped(struct scene *c, const struct segment *seg)
{
	struct remains r;

	c->a = seg->vaddr;
	c->b = seg->vaddr + seg->filesz;
	return seg->write && compare(c->s, seg, &r) && !r.other;
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
};
const struct rules rules_image = RULES(image);
