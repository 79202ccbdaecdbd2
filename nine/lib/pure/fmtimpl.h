/* SPDX-License-Identifier: MIT */
/* Shared by the files of the print engine only. */

extern Fmtverb fmtverbs[];		/* the ones always there */

int	fmtbytes(Fmt*, const char*, int);
int	fmtpad(Fmt*, const char*, int, int);
