/* SPDX-License-Identifier: MIT */
/*
 * Reads /proc/n/status of all processes.  The layout is fixed: three names
 * in 28, 28 and 12 columns, then nine numbers in 12 columns each.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/proclist.h"

enum
{
	Nameend		= 28,
	Userend		= 56,
	Stateend	= 68,
	Numwidth	= 12,
	Nnum		= 9,
	Statuslen	= Stateend + Nnum*Numwidth,
};

static void
field(char *to, char *p, int n)
{
	while(n > 0 && p[n-1] == ' ')
		n--;
	memmove(to, p, n);
	to[n] = 0;
}

/* 0 if the process has gone meanwhile */
static int
readstatus(Procinfo *pi, char *name)
{
	char path[64], buf[Statuslen+1];
	int fd, i;
	long n;
	ulong v[Nnum];

	snprint(path, sizeof path, "/proc/%s/status", name);
	fd = open(path, OREAD);
	if(fd < 0)
		return 0;
	n = readn(fd, buf, Statuslen);
	close(fd);
	if(n < Statuslen - 1)			/* the last blank may be missing */
		return 0;
	buf[n] = 0;
	pi->pid = atoi(name);
	field(pi->name, buf, Nameend);
	field(pi->user, buf+Nameend, Userend-Nameend);
	field(pi->state, buf+Userend, Stateend-Userend);
	for(i = 0; i < Nnum; i++)
		v[i] = strtoul(buf+Stateend+i*Numwidth, nil, 10);
	memmove(pi->time, v, sizeof pi->time);
	pi->kb = v[6];
	pi->basepri = v[7];
	pi->pri = v[8];
	return 1;
}

static int
bypid(const void *a, const void *b)
{
	return ((const Procinfo*)a)->pid - ((const Procinfo*)b)->pid;
}

long
proclist(Procinfo **list)
{
	Procinfo *p;
	Dir *d;
	long i, n, np;
	int fd;

	fd = open("/proc", OREAD);
	if(fd < 0)
		return -1;
	n = dirreadall(fd, &d);
	close(fd);
	if(n < 0)
		return -1;
	p = malloc((n+1)*sizeof *p);
	np = 0;
	for(i = 0; i < n && p != nil; i++)
		if('0' <= d[i].name[0] && d[i].name[0] <= '9' && readstatus(&p[np], d[i].name))
			np++;
	free(d);
	if(p == nil)
		return -1;
	qsort(p, np, sizeof *p, bypid);
	*list = p;
	return np;
}
