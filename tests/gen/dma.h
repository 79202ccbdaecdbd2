/* SPDX-License-Identifier: MIT */
/* DMA lists, keys and devices of 2.6.23, as its interface has them. */
#ifndef DMA_H
#define DMA_H

struct dma {
	volatile u32 used_len;
	u32 addr[16];
	u16 len[16];
};

_Static_assert(sizeof(struct dma) == 100, "struct lguest_dma");

struct dma_desc {
	u16 type, features;
	volatile u16 status;
	u16 num_pages;
	u32 pfn;
};

enum { D_CONSOLE = 1, D_NET, D_BLOCK };

static inline u32 bind_dma(u32 key, const void *array, u32 count, u32 irq)
{
	return hcall(H_BIND_DMA, key, pa(array), count << 8 | irq, 0);
}

static inline void send_dma(u32 key, const struct dma *d)
{
	hcall(H_SEND_DMA, key, pa(d), 0, 0);
}

/* The disk's page. */
struct block_page {
	u32 type, sector, bytes;
	volatile u32 result;
	u32 num_sectors;
};

/* The first device of that type; its interrupt, or 0. */
u32 find_device(u32 type, struct dma_desc **d);
/* Kernel address of a page above RAM; mapped there if it was not. */
void *device_page(u32 pfn);
/* Cut memory of the linear map into sections; bytes that fit. */
u32 dma_fill(struct dma *d, const void *p, u32 len);

#endif
