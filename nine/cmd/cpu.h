/* SPDX-License-Identifier: MIT */
/* Between cpu and lib/cmd_cpunote.c. */

int	noteserver(int, char*);		/* notes are read from the descriptor; mounted before this */
