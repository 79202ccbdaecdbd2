/* SPDX-License-Identifier: MIT */
/* What the parts of the doctor's report share. */
#ifndef DEBUG_DOCTOR_H
#define DEBUG_DOCTOR_H

#include "debug/internal.h"
#include "host/doctor.h"

/* Says a finding of one kind: the first line, the facts, the fix. */
typedef void doctor_words(FILE *to, const struct snapshot *s, const struct lg_finding *f);

void doctor_fix(FILE *to, const char *text);
void doctor_place(FILE *to, const struct snapshot *s, const char *what, u32 eip);
const char *doctor_queue(char text[TEXT_MAX], const struct snapshot *s, u32 n);

/* doctor_time.c */
doctor_words no_gate, blocked, irq_off, spin, storm, idle_irqs, rate, stack_overflow;

#endif /* DEBUG_DOCTOR_H */
