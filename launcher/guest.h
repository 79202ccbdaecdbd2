/* SPDX-License-Identifier: MIT */
/* The guest as devices see it (devices/guest.h), made of what the Host offers. */
#ifndef LAUNCHER_GUEST_H
#define LAUNCHER_GUEST_H

#include "devices/guest.h"
#include "host/host.h"

/* For the Launcher and its threads. */
void guest_of(struct guest *g, struct lg *lg, u32 ram_bytes);
/* For a process that got a parcel (guest_unpack, guest_drop). */
int guest_from_parcel(struct guest *g, const struct guest_parcel *p);
void guest_forget(struct guest *g);

#endif
