/* SPDX-License-Identifier: MIT */
/* Programs of random bytes, with registers that lead to interesting places. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "random.h"

#define CODE	(T_FREE + 0x1000)
#define LENGTH	48

/* Common first bytes that lead somewhere: prefixes, segments, stack, far, string, x87, 0f. */
static const uint8_t likely[] = { 0x0f, 0x8e, 0x1f, 0x07, 0x17, 0x66, 0xf3, 0xa4, 0xa5, 0xab,
	0x8b, 0x89, 0x9d, 0xcf, 0xcb, 0xca, 0xea, 0xff, 0xcd, 0xe4, 0xec, 0xc5, 0xc4, 0x64, 0x65,
	0xd9, 0xdd, 0xc8, 0xc9, 0x60, 0x61, 0x62, 0xd7, 0x8f, 0xf0, 0xfa, 0xfb, 0xf4, 0xcc, 0xce };

static inline uint32_t interesting(void)
{
	static const uint32_t values[] = { 0, 1, 0xffffffff, KIT_BASE, KIT_BASE - 4, 0xfffff000,
		0x7b, 0x73, 0x69, 0x61, 0x2b, 0x23, 0xffff0000, CODE, T_STACK_TOP, T_USER };

	return random_below(2) ? random32() : values[random_below(16)];
}

static inline void make_program(uint8_t *code)
{
	unsigned i;

	for (i = 0; i < LENGTH; i++)
		code[i] = random_below(3) ? (uint8_t)random32() : likely[random_below(sizeof(likely))];
	/* 0x33 as a selector leads into 64-bit code: that is another test's. */
	for (i = 0; i + 1 < LENGTH; i++)
		if (code[i] == 0x33 && code[i + 1] == 0)
			code[i] = 0x90;
	memset(code + LENGTH, 0xcc, 64);
	t_user_frame.eax = interesting();
	t_user_frame.ebx = interesting();
	t_user_frame.ecx = interesting() & 0xffff;	/* rep has an end */
	t_user_frame.edx = interesting();
	t_user_frame.esi = interesting();
	t_user_frame.edi = interesting();
	t_user_frame.ebp = interesting();
	t_user_frame.esp = random_below(4) ? T_STACK_TOP - 256 : interesting();
}

#endif /* PROGRAM_H */
