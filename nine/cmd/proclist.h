/* SPDX-License-Identifier: MIT */
/* The processes in /proc: lib/cmd_proclist.c, for ps, kill, slay and broke. */
typedef struct Procinfo Procinfo;
struct Procinfo
{
	int	pid;
	char	name[KNAMELEN+1];
	char	user[KNAMELEN+1];
	char	state[13];
	ulong	time[6];		/* ms: user, sys, real, children's three */
	ulong	kb;			/* memory but the stack */
	ulong	basepri;
	ulong	pri;
};

long	proclist(Procinfo**);		/* sorted by pid; -1: no /proc */
