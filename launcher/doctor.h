/* SPDX-License-Identifier: MIT */
/* --doctor: findings come while the guest waits. */
#ifndef LAUNCHER_DOCTOR_H
#define LAUNCHER_DOCTOR_H

#include "launcher/loop.h"

/* LG_OP_DOCTOR: print the finding; the guest waits and then goes on. */
int doctor_asked(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
/* At the end of a guest: how many there were. */
void doctor_summary(struct lg *lg, const struct image *kernel);

#endif
