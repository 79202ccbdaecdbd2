/* SPDX-License-Identifier: MIT */
/* What main.c offers the file that has the system's entry point. */
#ifndef BENCH_MAIN_H
#define BENCH_MAIN_H

#define BENCH_IDLE 2	/* bench_main's answer: now sleep for ever */

/*
 * The stack is aligned anew: the 386 systems promise different alignments,
 * and a double that straddles two cache lines would be measured as ours.
 */
#ifdef __i386__
__attribute__((force_align_arg_pointer))
#endif
int bench_main(int argc, char **argv);

#endif
