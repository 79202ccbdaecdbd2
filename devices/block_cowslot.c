/* SPDX-License-Identifier: MIT */
/*
 * D:750 The slots of an overlay's file: which are taken, where the next are.
 * Neighbours are handed out together so that a long write stays one.
 */
#include "devices/block_cow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int list_add(struct list *l, u32 v)
{
	if (l->n == l->max) {
		u32 max = l->max ? 2 * l->max : 256;
		u32 *at = realloc(l->at, max * sizeof(*at));

		if (!at)
			return -ENOMEM;
		l->at = at;
		l->max = max;
	}
	l->at[l->n++] = v;
	return 0;
}

static int is_used(const struct cow *c, u32 slot)
{
	return c->used[slot / 64] >> (slot % 64) & 1;
}

static int room_for(struct cow *c, u32 nslots)
{
	u32 max = c->nused ? c->nused : 4096;
	u64 *used;

	if (nslots <= c->nused)
		return 0;
	while (max < nslots)
		max = max < COW_SLOTS / 2 ? 2 * max : COW_SLOTS;
	used = realloc(c->used, max / 64 * sizeof(*used));
	if (!used)
		return -ENOMEM;
	memset(used + c->nused / 64, 0, (max - c->nused) / 64 * sizeof(*used));
	c->used = used;
	c->nused = max;
	return 0;
}

static void mark(struct cow *c, u32 slot, u32 n)
{
	for (; n; n--, slot++)
		c->used[slot / 64] |= 1ull << (slot % 64);
}

/* From next on and round; there is a free one. */
static u32 find_free(struct cow *c)
{
	u32 s = c->next < c->nslots ? c->next : 0;

	while (is_used(c, s)) {
		if (s % 64 == 0 && c->used[s / 64] == ~0ull)
			s += 64;
		else
			s++;
		if (s >= c->nslots)
			s = 0;
	}
	return s;
}

static int grow(struct cow *c, u32 want, u32 *slot)
{
	if (want > COW_SLOTS - c->nslots)
		want = COW_SLOTS - c->nslots;
	if (!want)
		return -ENOSPC;
	if (room_for(c, c->nslots + want))
		return -ENOMEM;
	*slot = c->nslots;
	c->nslots += want;
	mark(c, *slot, want);
	return (int)want;
}

int cow_alloc_end(struct cow *c, u32 want, u32 *slot)
{
	return grow(c, want, slot);
}

int cow_alloc(struct cow *c, u32 want, u32 *slot)
{
	u32 n = 0;

	/* Crumbs are not worth cutting a long write in pieces. */
	if (!c->nfree || c->nfree < want / 4)
		return grow(c, want, slot);
	*slot = find_free(c);
	while (n < want && *slot + n < c->nslots && !is_used(c, *slot + n))
		n++;
	mark(c, *slot, n);
	c->nfree -= n;
	c->next = *slot + n;
	return (int)n;
}

void cow_free(struct cow *c, u32 slot, u32 n)
{
	c->nfree += n;
	for (; n; n--, slot++)
		c->used[slot / 64] &= ~(1ull << (slot % 64));
}

int cow_init_slots(struct cow *c)
{
	u32 slot;

	return grow(c, COW_HEADERS, &slot) == (int)COW_HEADERS ? 0 : -ENOMEM;
}

int cow_use(struct cow *c, u32 slot, u32 n)
{
	u32 i;

	if (slot < COW_HEADERS || slot >= COW_SLOTS - n)
		return -EUCLEAN;
	if (room_for(c, slot + n))
		return -ENOMEM;
	for (i = 0; i < n; i++)
		if (is_used(c, slot + i))
			return -EUCLEAN;
	mark(c, slot, n);
	if (c->nslots < slot + n) {
		c->nfree += slot - c->nslots;
		c->nslots = slot + n;
	} else {
		c->nfree -= n;
	}
	return 0;
}

/* ECMA-182, reflected. */
u64 crc64(u64 crc, const void *data, size_t n)
{
	static u64 table[256];
	const u8 *p = data;
	unsigned i, k;

	if (!table[1])
		for (i = 0; i < 256; i++) {
			u64 v = i;

			for (k = 0; k < 8; k++)
				v = v & 1 ? v >> 1 ^ 0xc96c5795d7870f42ull : v >> 1;
			table[i] = v;
		}
	for (crc = ~crc; n; n--)
		crc = table[(crc ^ *p++) & 0xff] ^ crc >> 8;
	return ~crc;
}
