/* SPDX-License-Identifier: MIT */
/* Who is at both ends of a conversation. */
#include "u.h"
#include "libc.h"
#include "netimpl.h"

/* "addr!port\n" in two words; what cannot be read is ??? */
static void
ends(char *dir, char *file, char **sys, char **serv)
{
	char buf[128], *p;
	long n;
	int fd;

	*sys = *serv = nil;
	snprint(buf, sizeof buf, "%s/%s", dir, file);
	fd = open(buf, OREAD);
	if(fd >= 0){
		n = read(fd, buf, sizeof buf-1);
		close(fd);
		if(n > 0){
			buf[n] = 0;
			if((p = strchr(buf, '\n')) != nil)
				*p = 0;
			if((p = strchr(buf, '!')) != nil)
				*p++ = 0;
			*sys = strdup(buf);
			*serv = strdup(p == nil? "???": p);
		}
	}
	if(*sys == nil)
		*sys = strdup("???");
	if(*serv == nil)
		*serv = strdup("???");
}

/* The directory of the conversation that fd is a file of; or of dir, a file in it. */
static int
linedir(char *dir, int fd, char *buf, int n)
{
	char *p;

	if(dir != nil){
		strecpy(buf, buf+n, dir);
		return 0;
	}
	if(fd2path(fd, buf, n) < 0)
		return -1;
	p = strrchr(buf, '/');
	if(p == nil || p == buf){
		werrstr("not a network connection");
		return -1;
	}
	*p = 0;
	return 0;
}

NetConnInfo*
getnetconninfo(char *dir, int fd)
{
	char buf[Netaddrlen], *proto, *p;
	NetConnInfo *c;

	if(linedir(dir, fd, buf, sizeof buf) < 0)
		return nil;
	c = mallocz(sizeof *c, 1);
	if(c == nil)
		return nil;
	c->dir = strdup(buf);
	ends(buf, "local", &c->lsys, &c->lserv);
	ends(buf, "remote", &c->rsys, &c->rserv);
	if((p = strrchr(buf, '/')) != nil)
		*p = 0;			/* the number */
	proto = buf;
	c->root = strdup("/net");
	if((p = strrchr(buf, '/')) != nil && p != buf){
		*p = 0;
		proto = p+1;
		free(c->root);
		c->root = strdup(buf);
	}
	c->spec = strdup("");
	c->laddr = smprint("%s/%s!%s!%s", c->root, proto, c->lsys, c->lserv);
	c->raddr = smprint("%s/%s!%s!%s", c->root, proto, c->rsys, c->rserv);
	if(c->dir && c->root && c->spec && c->lsys && c->lserv && c->rsys && c->rserv &&
	    c->laddr && c->raddr)
		return c;
	freenetconninfo(c);
	return nil;
}

void
freenetconninfo(NetConnInfo *c)
{
	if(c == nil)
		return;
	free(c->dir);
	free(c->root);
	free(c->spec);
	free(c->lsys);
	free(c->lserv);
	free(c->rsys);
	free(c->rserv);
	free(c->laddr);
	free(c->raddr);
	free(c);
}
