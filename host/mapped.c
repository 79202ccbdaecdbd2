/* SPDX-License-Identifier: MIT */
/*
 * H:480 Which pages does this space map?  One bit each, private to the space,
 * so that a run is not mapped twice (that would throw away what the host's
 * kernel has filled in) and nothing is unmapped that is not there.  A chunk is
 * 4 MiB; the bits of chunks without any are neither read nor cleared.
 */
#include "host/space.h"

#define CHUNKS		1024u
#define CHUNK_PAGES	1024u

static u8 any[CHUNKS];
static u32 bits[CHUNKS][CHUNK_PAGES / 32];

static u32 pages_in_chunk(u32 page, u32 end)
{
	u32 last = (page / CHUNK_PAGES + 1) * CHUNK_PAGES;

	return (end < last ? end : last) - page;
}

bool is_mapped(u32 gva)
{
	u32 page = gva / LG_PAGE_SIZE;

	return any[page / CHUNK_PAGES] &&
	       bits[page / CHUNK_PAGES][page % CHUNK_PAGES / 32] >> (page % 32) & 1;
}

void note_mapped(u32 gva, u32 pages)
{
	u32 page = gva / LG_PAGE_SIZE;

	for (; pages; pages--, page++) {
		u32 *chunk = bits[page / CHUNK_PAGES % CHUNKS];

		any[page / CHUNK_PAGES % CHUNKS] = 1;
		if (page % 32 == 0 && pages >= 32) {
			chunk[page % CHUNK_PAGES / 32] = ~0u;
			page += 31;
			pages -= 31;
		} else {
			chunk[page % CHUNK_PAGES / 32] |= 1u << (page % 32);
		}
	}
}

/* Forget the pages of [gva, gva + len); true if any was mapped.  len: bytes, up to 2^32. */
bool note_unmapped(u32 gva, u64 len)
{
	u32 page = gva / LG_PAGE_SIZE;
	u32 end = (u32)(((u64)gva + len + LG_PAGE_SIZE - 1) / LG_PAGE_SIZE);
	bool found = false;

	if (end > CHUNKS * CHUNK_PAGES)
		end = CHUNKS * CHUNK_PAGES;
	while (page < end) {
		u32 c = page / CHUNK_PAGES, n = pages_in_chunk(page, end);

		if (any[c] && n == CHUNK_PAGES) {
			memset(bits[c], 0, sizeof(bits[c]));
			any[c] = 0;
			found = true;
		} else if (any[c]) {
			for (u32 i = page % CHUNK_PAGES; i < page % CHUNK_PAGES + n; i++) {
				found |= bits[c][i / 32] >> (i % 32) & 1;
				bits[c][i / 32] &= ~(1u << (i % 32));
			}
		}
		page += n;
	}
	return found;
}
