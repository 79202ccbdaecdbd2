/* SPDX-License-Identifier: MIT */
/* Taking calls; include after u.h and libc.h. */
#ifndef NINE_NETSERVE_H
#define NINE_NETSERVE_H

void	netanswer(int, char*, int, char**) NORETURN;	/* ctl, directory, trusted, command */
int	netlisten(char*, int, void (*)(char*), char **(*)(char*));

#endif
