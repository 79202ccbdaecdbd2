/* SPDX-License-Identifier: MIT */
/*
 * D:300 Lists and keys.
 *
 * A list says where in the guest's memory data lie or may go: up to 16
 * sections, none crossing a page.  A guest binds an array of such lists to a
 * key, a word of its memory; who sends to the key fills the first list that is
 * free, which is one whose used_len is 0.  The guest writes all this at any
 * time: a list is copied, the copy is checked, and only that is used.
 *
 * A guest that breaks these rules is killed in the words of lguest 2.6.23.
 */
#include <errno.h>
#include <string.h>

#include "devices/dma.h"

/* As in guest memory. */
struct list {
	u32 used_len;
	u32 addr[DMA_SECTIONS];
	u16 len[DMA_SECTIONS];
};

_Static_assert(sizeof(struct list) == DMA_LIST_LEN, "the interface");
_Static_assert(offsetof(struct list, addr) == 4 && offsetof(struct list, len) == 68, "it too");

int dma_check_key(const struct dma_table *t, u32 key, const char *what)
{
	if (key % 4 == 0 && key < t->end)
		return 0;
	guest_kill(t->guest, "%s %#x", what, key);
	return -EFAULT;
}

/* --- D:305 Bindings ------------------------------------------------------------------- */

static u32 unbind(struct dma_table *t, u32 key, u32 array)
{
	unsigned i;

	for (i = 0; i < DMA_BINDINGS; i++) {
		struct dma_binding *b = &t->binding[i];

		if (b->irq && b->key == key && b->array == array) {
			memset(b, 0, sizeof(*b));
			return 1;
		}
	}
	return 0;
}

u32 dma_bind(struct dma_table *t, u32 key, u32 array, u32 count, u32 irq)
{
	unsigned i;

	if (dma_check_key(t, key, "bad dma key"))
		return 0;
	if (!irq)
		return unbind(t, key, array);
	if (irq >= LG_IRQS)
		return 0;
	for (i = 0; i < DMA_BINDINGS; i++)
		if (!t->binding[i].irq) {
			t->binding[i] = (struct dma_binding){
				.key = key, .array = array, .count = (u16)count, .irq = (u8)irq
			};
			return 1;
		}
	return 0;
}

struct dma_binding *dma_bound(struct dma_table *t, u32 key)
{
	unsigned i;

	for (i = 0; i < DMA_BINDINGS; i++)
		if (t->binding[i].irq && t->binding[i].key == key)
			return &t->binding[i];
	return NULL;
}

/* --- D:310 Lists ------------------------------------------------------------------------ */

static int check_section(const struct dma_table *t, u32 addr, u32 len)
{
	if (len <= LG_PAGE_SIZE && addr % LG_PAGE_SIZE + len <= LG_PAGE_SIZE && addr < t->end)
		return 0;
	guest_kill(t->guest, "bad DMA entry: %u@%#x", len, addr);
	return -EFAULT;
}

int dma_read(const struct dma_table *t, u32 gpa, const char *what, struct dma_list *l)
{
	struct list raw;
	unsigned i;

	l->gpa = gpa;
	l->bytes = 0;
	l->n = 0;
	if ((u64)gpa + sizeof(raw) > t->end ||
	    t->guest->peek(t->guest->handle, gpa, &raw, sizeof(raw))) {
		guest_kill(t->guest, "%s %#x", what, gpa);
		return -EFAULT;
	}
	l->used_len = raw.used_len;
	for (i = 0; i < DMA_SECTIONS && raw.len[i]; i++) {
		if (check_section(t, raw.addr[i], raw.len[i]))
			return -EFAULT;
		l->piece[i] = (struct vq_piece){ raw.addr[i], raw.len[i] };
		l->bytes += raw.len[i];
		l->n++;
	}
	return 0;
}

int dma_free_buffer(const struct dma_table *t, struct dma_binding *b, struct dma_list *l)
{
	static const char what[] = "bad address in registered DMA struct";
	unsigned i;

	for (i = 0; i < b->count; i++) {
		unsigned at = (b->next + i) % b->count;
		u64 gpa = b->array + (u64)at * DMA_LIST_LEN;
		u32 used;

		if (gpa + DMA_LIST_LEN > t->end ||
		    t->guest->peek(t->guest->handle, gpa, &used, sizeof(used))) {
			guest_kill(t->guest, "%s %#llx", what, (unsigned long long)gpa);
			return -EFAULT;
		}
		if (used)
			continue;
		b->next = (u16)((at + 1) % b->count);
		return dma_read(t, (u32)gpa, what, l) ? -EFAULT : 1;
	}
	return 0;
}

int dma_set_used(const struct dma_table *t, const struct dma_list *l, u32 used, const char *what)
{
	u32 *at = NULL;

	if ((u64)l->gpa + sizeof(used) <= t->end)
		at = t->guest->memory(t->guest->handle, l->gpa, sizeof(used));
	if (!at) {
		guest_kill(t->guest, "%s %#x", what, l->gpa);
		return -EFAULT;
	}
	/* A guest that sees the length shall see the data. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(at, &used, sizeof(used)); /* a list need not be aligned */
	return 0;
}

int dma_fill(const struct dma_table *t, const struct dma_list *l, const void *from, u32 len)
{
	if (len > l->bytes)
		len = l->bytes;
	if (len && vq_copy_to(t->guest, l->piece, l->n, 0, from, len)) {
		guest_kill(t->guest, "Error mapping DMA pages %#x", l->gpa);
		return -EFAULT;
	}
	return (int)len;
}

int dma_take(const struct dma_table *t, const struct dma_list *l, void *to, u32 max)
{
	u32 len = l->bytes < max ? l->bytes : max;

	if (len && vq_copy_from(t->guest, l->piece, l->n, 0, to, len)) {
		guest_kill(t->guest, "Error mapping DMA pages %#x", l->gpa);
		return -EFAULT;
	}
	return (int)len;
}
