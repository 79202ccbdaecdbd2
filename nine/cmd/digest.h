/* SPDX-License-Identifier: MIT */
/* Print the digests of files, or of the standard input, and exit. */
void	digestfiles(char**, char*, int) NORETURN;
