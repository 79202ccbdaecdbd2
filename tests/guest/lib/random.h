/* SPDX-License-Identifier: MIT */
/* Numbers for the fuzzing guests: the same for the same seed=N on the command line. */
#ifndef RANDOM_H
#define RANDOM_H

#include "t.h"

static uint32_t random_state;

static inline uint32_t random32(void)	/* xorshift */
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static inline uint32_t random_below(uint32_t n)
{
	return random32() % n;
}

/* The digits of the command line are the seed. */
static inline void random_seed(void)
{
	const char *p = va(LG_CMDLINE_GPA);

	for (; *p; p++)
		if (*p >= '0' && *p <= '9')
			random_state = random_state * 10 + (uint32_t)(*p - '0');
	random_state = random_state * 2654435761u + 1;
	if (!random_state)
		random_state = 1;
}

#endif /* RANDOM_H */
