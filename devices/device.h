/* SPDX-License-Identifier: MIT */
/*
 * Devices: the table of kinds, the device page, the status protocol.
 */
#ifndef DEVICES_DEVICE_H
#define DEVICES_DEVICE_H

#include <poll.h>

#include "devices/guest.h"
#include "devices/virtqueue.h"

#define DEVICES_MAX	  32
#define DEVICE_QUEUES	  4
#define DEVICE_CONFIG_MAX 128 /* bytes */
#define DEVICE_FDS	  4   /* a worker waits for, beside its doorbell */
#define PCI_CONFIG	  152 /* bytes of configuration space */

struct device;
struct device_transport; /* device_impl.h */

/*
 * A kind of device: one table entry each, so nobody needs a switch.
 *
 * Its queues are served either by the Launcher's loop, which calls kick, or by
 * a worker: a thread that calls work whenever a queue was kicked or one of the
 * descriptors of wait is ready.  start and reset are called by the Launcher's
 * loop while the worker stands still, so they need no locks.
 */
struct device_kind {
	u8 type; /* LG_DEV_* */
	const char *name;
	u8 num_vq;
	u8 one_irq; /* its queues share an interrupt: there are 31 for all devices */
	u8 spin_cpus; /* its worker looks before it sleeps if there are so many; 0: 2 */
	u8 near;      /* its worker moves to the guest's CPU while there is little to do */
	u8 config_len;
	u8 pci_config_len;		 /* over PCI, if it is longer */
	u32 features;			 /* offered; LG_RING_F_* are the queues' business */
	u32 pci_features;		 /* offered over PCI too */
	void (*start)(struct device *d); /* features are final; may be NULL */
	void (*reset)(struct device *d); /* forget what was going on; may be NULL */

	/* Over PCI a driver may write into the config too.  May be NULL. */
	void (*config_written)(struct device *d, u32 offset, u32 len, u32 value);

	/* Served by the loop. */
	void (*kick)(struct device *d, unsigned queue);

	/*
	 * Served by a worker.  work does a bounded piece of what can be done now,
	 * on all queues and descriptors, without waiting, announces what it gave
	 * back, and returns 1 if there is more to do at once.
	 */
	int (*work)(struct device *d);
	/* Descriptors to wait for, besides kicks: how many, <= DEVICE_FDS.  May be NULL. */
	int (*wait)(struct device *d, struct pollfd *fds);
	/* What poll found in them; work is called next.  May be NULL. */
	void (*ready)(struct device *d, const struct pollfd *fds, int n);
};

/* Who serves the queues, if it is not the loop.  worker.c has one; 9P another. */
struct device_runner {
	void (*go)(struct device *d);	 /* the features are final: serve */
	void (*pause)(struct device *d); /* stand still; device_paused says when */
	int (*fd)(struct device *d);	 /* for the loop to poll, or -1 */
	void (*heard)(struct device *d); /* something came there */
	/* The guest is over.  0: nothing touches its memory any more; -EAGAIN: ask again. */
	int (*stop)(struct device *d);
};

/* What a driver has set up over PCI; pci*.c. */
struct device_pci {
	u8 config[PCI_CONFIG]; /* its configuration space as it is read, nearly */
	u32 bar_len;	       /* bytes of its registers, a power of 2 */
	u32 *isr;	       /* LG_PCI_ISR_*: a word of the device page, ... */
	u32 isr_gpa;	       /* ... for others serve queues and interrupt too */
	u8 status;	       /* LG_DEV_S_*; NEEDS_RESET from any thread */
	u8 generation;	       /* of its virtio config */
	u16 select;	       /* queue the registers are about */
	u32 offered_select, accepted_select;
	u32 accepted[2];
	struct {
		u16 num;
		u16 enabled;
		struct vq_parts at;
	} queue[DEVICE_QUEUES];
};

struct device {
	const struct device_kind *kind;
	const struct device_transport *transport;
	const struct guest *guest;
	void *state;  /* the kind's own */
	u32 index;    /* among all devices */
	u32 desc;     /* gpa of its record */
	u32 features; /* accepted */
	int started;
	int serving; /* kicks are heard */
	int pausing; /* on the way to a reset; the guest waits */
	int broken;  /* said so; until a reset */
	unsigned said; /* how often */
	int tlv;     /* devices_speak_tlv: the driver is 2.6.24's */
	int modern;  /* it is virtio 1's to the guest */
	char why[128]; /* it is to break once nobody serves it */
	u32 doorbell;
	const struct device_runner *runner; /* NULL: the loop */
	struct worker *worker;
	struct virtqueue vq[DEVICE_QUEUES];
	u8 config[DEVICE_CONFIG_MAX]; /* kind->config_len bytes, then 0 */
	struct device_pci pci;
};

struct devices {
	const struct guest *guest;
	u32 next_desc; /* gpa of the next record */
	u32 next_irq;
	u32 next_pfn;
	unsigned n;
	int pci;	      /* the guest drives them over PCI */
	u32 pci_address; /* the latch at port 0xcf8 */
	u32 next_bar; /* gpa */
	const char *full; /* what there was no room for, after devices_add failed */
	struct device device[DEVICES_MAX];
};

void devices_init(struct devices *all, const struct guest *guest);
/* Add one and write its record.  NULL: no room, and all->full says of what. */
struct device *devices_add(struct devices *all, const struct device_kind *kind, void *state,
			   const void *config);
/* NOTIFY of a page above RAM: a kick.  Kills the guest if it is nobody's. */
void devices_kick(struct devices *all, u32 gpa);
/* The guest is a Linux 2.6.24 and has not looked yet: show it the page it knows.  0 or -errno. */
int devices_speak_tlv(struct devices *all);
/* A new config, of kind->config_len bytes; the guest looks at it when it likes. */
void device_set_config(struct device *d, const void *config);
/*
 * NOTIFY of a descriptor: its status changed.  0; 1: the guest has to wait
 * until devices_settled(); -ENOENT if it is none.
 */
int devices_status(struct devices *all, u32 gpa);
int devices_settled(const struct devices *all);

/* What workers have to say: descriptors to poll for reading, and what poll found. */
unsigned devices_fds(struct devices *all, struct pollfd fds[DEVICES_MAX]);
void devices_heard(struct devices *all, const struct pollfd *fds, unsigned n);
/* The guest is over: end all workers.  1: all stand still; 0: ask again later. */
int devices_stop(struct devices *all);

/* For runners: the worker stands still, as pause asked. */
void device_paused(struct device *d);
/* After work or kick: if a queue broke, say so to the guest and on stderr. */
void device_check(struct device *d);
/* The device cannot go on until it is reset; why, for the user. */
void device_break(struct device *d, const char *why);

#endif
