/* SPDX-License-Identifier: MIT */
/*
 * Calling, and being called.  A conversation is a directory; whoever holds
 * its ctl or data file open keeps it.
 */
#include "u.h"
#include "libc.h"
#include "netimpl.h"

/* Errors after which the other ways are not worth trying are kept over others. */
static int
call(Netdest *d, char *local, char *dir, int *cfdp)
{
	char line[NETPATHLEN];
	int cfd, fd, n;

	cfd = netclone(d->clone, line);
	if(cfd < 0)
		return -1;
	if(local != nil)
		n = fprint(cfd, "connect %s %s", d->addr, local);
	else
		n = fprint(cfd, "connect %s", d->addr);
	if(n < 0){
		close(cfd);
		return -1;
	}
	fd = netdata(line, ORDWR);
	if(fd < 0){
		close(cfd);
		return -1;
	}
	if(dir != nil)
		strcpy(dir, line);
	if(cfdp != nil)
		*cfdp = cfd;
	else
		close(cfd);
	return fd;
}

/* A network that is not there says less than one that refused. */
static int
better(char *new, char *old)
{
	return old[0] == 0 || strstr(new, "does not exist") == nil;
}

int
dial(char *addr, char *local, char *dir, int *cfdp)
{
	char err[ERRMAX], last[ERRMAX];
	Netdest *d;
	Netaddr a;
	int fd, i, n;

	if(netparse(&a, addr) < 0)
		return -1;
	d = malloc(Ndest*sizeof *d);
	if(d == nil)
		return -1;
	last[0] = 0;
	fd = -1;
	n = netlookup(&a, d, Ndest);
	for(i = 0; i < n; i++){
		fd = call(d+i, local, dir, cfdp);
		if(fd >= 0)
			break;
		rerrstr(err, sizeof err);
		if(better(err, last))
			strcpy(last, err);
		if(strstr(err, "interrupted") != nil)
			break;
	}
	free(d);
	if(fd < 0 && last[0] != 0)
		werrstr("%s", last);
	return fd;
}

int
announce(char *addr, char *dir)
{
	char line[NETPATHLEN];
	Netdest *d;
	Netaddr a;
	int fd, n;

	if(netparse(&a, addr) < 0)
		return -1;
	d = malloc(Ndest*sizeof *d);
	if(d == nil)
		return -1;
	fd = -1;
	n = netlookup(&a, d, Ndest);
	if(n > 0)
		fd = netclone(d->clone, line);
	if(fd >= 0 && fprint(fd, "announce %s", d->addr) < 0){
		close(fd);
		fd = -1;
	}
	free(d);
	if(fd >= 0 && dir != nil)
		strcpy(dir, line);
	return fd;
}

/* Wait for a call: its ctl file, and its directory. */
int
listen(char *dir, char *newdir)
{
	char file[NETPATHLEN+8], number[16];
	long n;
	int fd;

	snprint(file, sizeof file, "%s/listen", dir);
	fd = open(file, ORDWR);
	if(fd < 0)
		return -1;
	n = read(fd, number, sizeof number-1);
	if(n <= 0){
		close(fd);
		return -1;
	}
	number[n] = 0;
	netlinedir(newdir, dir, number);
	return fd;
}

int
accept(int ctl, char *dir)
{
	USED(ctl);
	return netdata(dir, ORDWR);
}

/* Networks that cannot refuse hang up. */
int
reject(int ctl, char *dir, char *cause)
{
	char *p;

	p = strrchr(dir, '/');
	if(fprint(ctl, "reject %s %q", p == nil? dir: p+1, cause) >= 0)
		return 0;
	return hangup(ctl);
}

int
hangup(int ctl)
{
	return write(ctl, "hangup", 6) == 6? 0: -1;
}
