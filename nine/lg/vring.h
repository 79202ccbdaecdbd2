/*
 * Virtio 0.9 as the Launcher offers it: device records and rings in the pages
 * above RAM.  Wants lg.h.
 */
typedef struct Vq Vq;
struct Vq
{
	struct lg_vring_desc *desc;
	struct lg_vring_avail *avail;
	struct lg_vring_used *used;
	ushort	num;
	ushort	seen;			/* used entries taken so far */
	ulong	kick;			/* what NOTIFY wants to hear */
	int	irq;
};

#define BARRIER()	__asm__ volatile("lock; addl $0, (%%esp)" ::: "memory")

struct lg_device_desc*	vfind(int, int, int);
uchar*	vconfig(struct lg_device_desc*);
ulong	vfeatures(struct lg_device_desc*, ulong);
void	vstatus(struct lg_device_desc*, int, int);
int	vring(Vq*, struct lg_device_desc*, int);
void	vpost(Vq*, int);
