/* SPDX-License-Identifier: MIT */
/*
 * P:110 The guest's memory by virtual address, and its page tables in words: which
 * entry was read, what its flags say, which check failed.
 */
#include <string.h>

#include "debug/internal.h"

/* Flags the Host refuses in a present entry: host/shadow.c has the same. */
#define PDE_FORBIDDEN	0xe18u		/* PWT PCD and the three free bits */
#define PTE_FORBIDDEN	0x088u		/* PWT and bit 7 */
#define FRAME(entry)	((entry) & ~0xfffu)

bool frame_in_ram(const struct snapshot *s, u32 frame)
{
	return (frame >> 12) < s->pages;
}

void walk_gva(const struct snapshot *s, u32 gva, struct walk *w)
{
	memset(w, 0, sizeof(*w));
	w->gva = gva;
	if (s->linear) {
		w->gpa = gva;
		w->mapped = frame_in_ram(s, gva);
		return;
	}
	w->mapped = lg_translate(s->lg, s->pgdir, gva, &w->gpa, &w->pde, &w->pte) == 0;
	w->large = (w->pde & LG_PTE_PRESENT) && (w->pde & LG_PTE_LARGE);
}

static size_t read_sample(const struct snapshot *s, u32 gva, void *to, size_t len)
{
	u32 from = gva - s->stack_gva;

	if (from >= s->stack_len)
		return 0;
	if (len > s->stack_len - from)
		len = s->stack_len - from;
	memcpy(to, s->stack + from, len);
	return len;
}

/* As many bytes as can be read, page by page; stops at the first hole. */
size_t read_gva(const struct snapshot *s, u32 gva, void *to, size_t len)
{
	size_t done = 0;

	if (s->stack)
		return read_sample(s, gva, to, len);

	while (done < len) {
		u32 here = gva + (u32)done;
		size_t part = LG_PAGE_SIZE - (here & (LG_PAGE_SIZE - 1));
		struct walk w;

		if (part > len - done)
			part = len - done;
		walk_gva(s, here, &w);
		if (!w.mapped || lg_peek(s->lg, w.gpa, (char *)to + done, part))
			break;
		done += part;
	}
	return done;
}

bool read_word(const struct snapshot *s, u32 gva, u32 *word)
{
	return read_gva(s, gva, word, sizeof(*word)) == sizeof(*word);
}

bool in_hcall_page(const struct snapshot *s, u32 gva, u32 *number)
{
	struct walk w;

	if (!s->native || !s->hcall_page)
		return false;
	walk_gva(s, gva, &w);
	*number = w.gpa % LG_PAGE_SIZE / LG_HCALL_SLOT_SIZE;
	return w.mapped && FRAME(w.gpa) == s->hcall_page;
}

static enum access_check check_pde(const struct snapshot *s, u32 pde, u32 error)
{
	if (!(pde & LG_PTE_PRESENT))
		return ACCESS_PDE_ABSENT;
	if (!frame_in_ram(s, FRAME(pde)))
		return ACCESS_PDE_BAD;
	if (pde & PDE_FORBIDDEN)
		return ACCESS_PDE_FLAGS;
	if ((error & 4) && !(pde & LG_PTE_USER))
		return ACCESS_PDE_USER;
	if ((error & 2) && !(pde & LG_PTE_WRITE))
		return ACCESS_PDE_WRITE;
	return ACCESS_OK;
}

static enum access_check check_pte(const struct snapshot *s, u32 pte, u32 error)
{
	if (!(pte & LG_PTE_PRESENT))
		return ACCESS_PTE_ABSENT;
	if (!frame_in_ram(s, FRAME(pte)))
		return ACCESS_PTE_BAD;
	if (pte & PTE_FORBIDDEN)
		return ACCESS_PTE_FLAGS;
	if ((error & 4) && !(pte & LG_PTE_USER))
		return ACCESS_PTE_USER;
	if ((error & 2) && !(pte & LG_PTE_WRITE))
		return ACCESS_PTE_WRITE;
	return ACCESS_OK;
}

enum access_check check_access(const struct snapshot *s, const struct walk *w, u32 error)
{
	enum access_check check;

	if (w->gva >= 0u - LG_RESERVE_MEM)
		return ACCESS_RESERVED;
	if (s->linear)
		return w->mapped ? ACCESS_OK : ACCESS_PTE_BAD;
	if (!frame_in_ram(s, s->pgdir))
		return ACCESS_NO_DIRECTORY;
	if ((error & 4) && s->kernel_address && w->gva >= s->kernel_address)
		return ACCESS_KERNEL_HALF;
	check = check_pde(s, w->pde, error);
	if (check == ACCESS_OK && w->large && !frame_in_ram(s, w->gpa))
		return ACCESS_PTE_BAD;
	if (check != ACCESS_OK || w->large)
		return check;
	return check_pte(s, w->pte, error);
}

const char *access_words(enum access_check check)
{
	switch (check) {
	case ACCESS_OK:
		return "the page tables allow this access";
	case ACCESS_NO_DIRECTORY:
		return "the page directory itself is outside RAM";
	case ACCESS_PDE_ABSENT:
		return "the page directory entry is not present";
	case ACCESS_PDE_BAD:
		return "the page directory entry points outside RAM";
	case ACCESS_PDE_USER:
		return "the page directory entry has no user bit, and this was user mode";
	case ACCESS_PDE_WRITE:
		return "the page directory entry is read-only, and this was a write";
	case ACCESS_PTE_ABSENT:
		return "the page table entry is not present";
	case ACCESS_PDE_FLAGS:
		return "the page directory entry has flags that are not allowed (0xe18)";
	case ACCESS_PTE_FLAGS:
		return "the page table entry has flags that are not allowed (0x88)";
	case ACCESS_PTE_BAD:
		return "it points outside RAM";
	case ACCESS_PTE_USER:
		return "the page table entry has no user bit, and this was user mode";
	case ACCESS_PTE_WRITE:
		return "the page table entry is read-only, and this was a write";
	case ACCESS_KERNEL_HALF:
		return "user mode may not reach kernel_address and above";
	case ACCESS_RESERVED:
		return "the top 4 MiB of every address space belong to the Host";
	}
	return "unknown";
}

static void print_entry(FILE *to, const char *what, u32 index, u32 entry)
{
	fprintf(to, "  %s[%u] = 0x%08x:", what, index, entry);
	if (!(entry & LG_PTE_PRESENT)) {
		fprintf(to, " not present\n");
		return;
	}
	fprintf(to, " frame 0x%08x present %s %s%s%s%s\n", FRAME(entry),
		entry & LG_PTE_WRITE ? "writable" : "read-only",
		entry & LG_PTE_USER ? "user" : "kernel-only",
		entry & LG_PTE_ACCESSED ? " accessed" : "", entry & LG_PTE_DIRTY ? " dirty" : "",
		entry & LG_PTE_LARGE ? " bit-7" : "");
}

void print_walk(FILE *to, const struct snapshot *s, u32 gva, u32 error)
{
	struct walk w;

	walk_gva(s, gva, &w);
	if (s->linear) {
		fprintf(to, "  0x%08x: linear mode (no page tables yet), RAM and devices end at "
			"0x%08llx\n", gva, (unsigned long long)s->pages * LG_PAGE_SIZE);
		return;
	}
	if (s->pae)
		fprintf(to, "  three levels (PAE), directory pointers at gpa 0x%08x, this is number %u\n",
			s->pgdir, gva >> 30);
	else
		fprintf(to, "  page directory at gpa 0x%08x\n", s->pgdir);
	if (frame_in_ram(s, s->pgdir))
		print_entry(to, "directory", s->pae ? (gva >> 21) & 0x1ff : gva >> 22, w.pde);
	if (w.large)
		fprintf(to, "  a %u MB page: no page table\n", s->pae ? 2u : 4u);
	else if ((w.pde & LG_PTE_PRESENT) && frame_in_ram(s, FRAME(w.pde)))
		print_entry(to, "table", (gva >> 12) & (s->pae ? 0x1ff : 0x3ff), w.pte);
	if (w.mapped)
		fprintf(to, "  0x%08x is at gpa 0x%08x\n", gva, w.gpa);
	fprintf(to, "  => %s\n", access_words(check_access(s, &w, error)));
}
