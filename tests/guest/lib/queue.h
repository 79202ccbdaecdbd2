/* SPDX-License-Identifier: MIT */
/* The console's rings laid bare, for tests that misuse them. */
#ifndef QUEUE_H
#define QUEUE_H

#include "t.h"

struct t_queue {
	volatile struct lg_vring_desc *desc;
	volatile struct lg_vring_avail *avail;
	volatile struct lg_vring_used *used;
	uint32_t gpa;
	uint16_t irq;
};

extern volatile struct lg_device_desc *t_console;	/* its record */
extern struct t_queue t_receive, t_transmit;

void t_find_console(void);		/* fills the above, starts nothing */
void t_start_console(void);		/* status bits and NOTIFY */
void t_describe(struct t_queue *q, unsigned n, uint32_t gpa, uint32_t len,
		unsigned flags, unsigned next);
void t_offer(struct t_queue *q, unsigned head);	/* makes it available */
void t_kick(struct t_queue *q);
/* A second at most for the device to have used `idx` chains: 1 if it did. */
int t_wait_used(struct t_queue *q, uint16_t idx);

/* A second at most for the console to ask for a reset: 1 if it did. */
int t_wait_broken(void);

#endif /* QUEUE_H */
