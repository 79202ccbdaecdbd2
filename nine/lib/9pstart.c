/* SPDX-License-Identifier: MIT */
/* How a file server is made known: posted in /srv, mounted. */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"

/* Make the descriptor known as /srv/name. */
int
postfd(char *name, int fd)
{
	char file[128], num[16];
	int f, n;

	snprint(file, sizeof file, "/srv/%s", name);
	f = create(file, OWRITE, 0600);
	if(f < 0)
		return -1;
	n = sprint(num, "%d", fd);
	if(write(f, num, n) != n){
		close(f);
		remove(file);
		return -1;
	}
	close(f);
	return 0;
}

/* Whoever reads what we were started to write shall not wait for our end. */
static void
letgo(void)
{
	int fd;

	fd = open("/dev/null", ORDWR);
	if(fd < 0)
		return;
	dup(fd, 0);
	dup(fd, 1);
	if(fd > 1)
		close(fd);
}

/*
 * Serve from a process of its own, posted as /srv/name or mounted on mtpt or
 * both; the caller goes on.  -1: it could not be posted or mounted.
 */
int
srvstart(Srv *s, char *name, char *mtpt, int flag)
{
	int p[2];

	if(pipe(p) < 0)
		return -1;
	if(p[0] < 3){		/* not where letgo would close it */
		s->in = dup(p[0], 10);
		close(p[0]);
		p[0] = s->in;
	}
	s->in = s->out = p[0];
	switch(rfork(RFPROC|RFFDG|RFNAMEG|RFNOTEG|RFNOWAIT)){
	case -1:
		return -1;
	case 0:
		close(p[1]);
		letgo();
		srvloop(s);
		exits(nil);
	}
	close(p[0]);
	if(name != nil && postfd(name, p[1]) < 0)
		return -1;
	if(mtpt != nil && mount(p[1], -1, mtpt, flag, "") < 0)
		return -1;
	if(mtpt == nil)
		close(p[1]);
	return 0;
}
