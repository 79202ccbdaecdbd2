/* SPDX-License-Identifier: MIT */
/* What the parts of the doctor's report share. */
#ifndef DEBUG_DOCTOR_H
#define DEBUG_DOCTOR_H

#include <stdio.h>

#include "host/doctor.h"

void doctor_fix(FILE *to, const char *text);

#endif /* DEBUG_DOCTOR_H */
