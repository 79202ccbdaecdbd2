/* The device page lists a console with two queues: sane pages, distinct interrupts; the list ends. */
#include "t.h"

int main(void)
{
	uint8_t *p, *end;
	uint32_t irqs = 0, consoles = 0, records = 0, i;

	t_init();
	p = va(kit_ram);
	for (end = p + LG_PAGE_SIZE; p < end && *p != LG_DEV_END; records++) {
		struct lg_device_desc *d = (void *)p;
		struct lg_vqconfig *vq = (void *)(d + 1);

		consoles += d->type == LG_DEV_CONSOLE && d->num_vq == 2;
		is(d->status, 0, "untouched");
		for (i = 0; i < d->num_vq; i++) {
			is(vq[i].num, LG_VRING_NUM, "entries");
			ok(vq[i].irq && vq[i].irq < LG_IRQS && !(irqs & 1u << vq[i].irq),
			   "irq %u of its own", vq[i].irq);
			irqs |= 1u << vq[i].irq;
			ok(vq[i].pfn > kit_ram >> 12 &&
			   vq[i].pfn + 3 <= (kit_ram >> 12) + LG_DEVICE_PAGES,
			   "ring page 0x%x above RAM", vq[i].pfn);
		}
		p += sizeof(*d) + d->num_vq * sizeof(*vq) + 2 * d->feature_len + d->config_len;
	}
	is(consoles, 1, "consoles");
	ok(p < end, "%u records, the list ends", records);
	t_done();
}
