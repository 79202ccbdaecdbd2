/* SPDX-License-Identifier: MIT */
/*
 * The guest as devices see it: memory, interrupts, and a way to give up on
 * it.  Devices know nothing else of the Host, so that tests can play guest.
 * All of it may be called from any thread.
 */
#ifndef DEVICES_GUEST_H
#define DEVICES_GUEST_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define GUEST_DOORBELLS 32

/* A guest on its way to another process: descriptors, and what they are. */
#define GUEST_PARCEL_FDS 8

struct guest_parcel {
	int nfds;
	int fds[GUEST_PARCEL_FDS]; /* packed: the guest's, unpacked: ours */
	u32 len;
	u8 data[256];
};

struct guest_queue {
	const char *device; /* its name ... */
	unsigned index;	    /* ... and number among all queues: 4 for each device */
	u64 desc, avail, used;
	u32 num, irq;
	int event_idx; /* interrupts when an index is stepped over */
};

struct guest;
/* Makes *g of it; the descriptors belong to *g then.  0 or -errno. */
typedef int guest_unpack(struct guest *g, const struct guest_parcel *p);
/* Forgets it: closes and unmaps all. */
typedef void guest_drop(struct guest *g);

enum guest_note {
	GUEST_TAKE, /* a chain was taken: c bytes to read, d bytes to write */
	GUEST_GIVE, /* it was given back: c bytes were written */
};

/* A device's registers in guest-physical memory. */
struct guest_registers {
	u32 gpa, len;
	u32 queues; /* bit n: a notify of queue n is a NOTIFY of ... */
	u32 pfn;    /* ... this page.  0: we have to be asked */
	u32 isr;    /* gpa of the word to fetch and clear when ISR is read */
};

struct guest {
	void *handle;  /* first argument of everything below */
	u32 ram_bytes; /* the device page is at this gpa */

	/* A pointer to write through, or NULL if any byte is not the guest's. */
	void *(*memory)(void *handle, u64 gpa, u64 len);
	/* Copy out: 0 or -EFAULT.  Pages still shared with files stay shared. */
	int (*peek)(void *handle, u64 gpa, void *to, size_t len);
	void (*irq)(void *handle, u32 irq);
	/* For the flight recorder: a queue's buffers come and go.  May be NULL. */
	void (*note)(void *handle, enum guest_note what, u32 pfn, u32 head, u32 c, u32 d);
	/*
	 * A queue is in use from now on (num entries at these gpas), or no more
	 * (num 0), for those who want to watch the driver.  May be NULL.
	 */
	void (*queue)(void *handle, const struct guest_queue *q);
	/* What this kernel address is physically, for messages: 1, or 0.  May be NULL. */
	int (*physical)(void *handle, u64 gva, u32 *gpa);
	/* The guest is beyond help; the first reason is kept. */
	void (*kill)(void *handle, const char *reason);

	/*
	 * For devices with a worker, each known by the number of its doorbell,
	 * from 1 up to GUEST_DOORBELLS - 1.  May be NULL: no workers, then.
	 *
	 * The eventfd that NOTIFY writes; ours to read, not to close.
	 */
	int (*doorbell)(void *handle, u32 n);
	/* From now on NOTIFY of this ring page rings doorbell n; 0: it tells the Launcher. */
	void (*route)(void *handle, u32 pfn, u32 n);
	/* The worker looks at its queues by itself (on), or goes to sleep. */
	void (*awake)(void *handle, u32 n, int on);
	/* The host's CPU it runs on, all of it; -1: not known.  May be NULL. */
	int (*cpu)(void *handle);
	/* Over PCI: where device n's registers are.  May be NULL: all accesses are told us. */
	void (*registers)(void *handle, u32 n, const struct guest_registers *r);
	/* What a worker's own process needs to see this guest.  0 or -errno. */
	int (*pack)(void *handle, u32 n, struct guest_parcel *p);
};

/* guest->kill with a format. */
void guest_kill(const struct guest *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
