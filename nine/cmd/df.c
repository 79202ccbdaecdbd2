/* SPDX-License-Identifier: MIT */
/*
 * df - free space of file systems.  A server that knows tells it in the file
 * .dfree of its root: bytes of a block, blocks, free blocks.  The ramdisk has
 * what memory is left.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxwords	= 8,
	Maxseen		= 128,
};

static int human, shown;
static char *seen[Maxseen];
static int nseen;

static char*
show(uvlong bytes, char *buf, int n)
{
	static char unit[] = "KMGTP";
	uvlong k;
	int i;

	k = bytes/1024;
	if(!human)
		snprint(buf, n, "%llud", k);
	else{
		for(i = 0; k >= 10*1024 && unit[i+1] != 0; i++)
			k /= 1024;
		snprint(buf, n, "%llud%c", k, unit[i]);
	}
	return buf;
}

static void
line(char *what, char *where, uvlong all, uvlong free)
{
	char a[24], b[24], c[24];
	int percent;

	if(shown++ == 0)
		print("%-20s %10s %10s %10s %4s  %s\n", "server", human? "size": "KB", "used", "free", "use", "on");
	percent = all == 0? 0: (int)((all-free)/(all/100+1));
	print("%-20s %10s %10s %10s %3d%%  %s\n", what, show(all, a, sizeof a),
		show(all-free, b, sizeof b), show(free, c, sizeof c), percent, where);
}

/* "used/all user" pages in /dev/swap */
static int
ramdisk(char *where)
{
	uvlong page, used, all;
	char *s, *slash, *f[Maxwords];
	Biobuf *b;
	int n;

	b = Bopen("/dev/swap", OREAD);
	if(b == nil)
		return -1;
	page = 4096;
	used = all = 0;
	while((s = Brdstr(b, '\n', 1)) != nil){
		n = tokenize(s, f, nelem(f));
		if(n == 2 && strcmp(f[1], "pagesize") == 0)
			page = strtoull(f[0], nil, 10);
		if(n == 2 && strcmp(f[1], "user") == 0 && (slash = strchr(f[0], '/')) != nil){
			used = strtoull(f[0], nil, 10);
			all = strtoull(slash+1, nil, 10);
		}
		free(s);
	}
	Bterm(b);
	if(all < used)
		return -1;
	line("#R (memory)", where, all*page, (all-used)*page);
	return 0;
}

/* 0: the server there does not say. */
static int
server(char *what, char *where)
{
	char name[512], buf[128], *f[4];
	uvlong size;
	int fd, n;

	snprint(name, sizeof name, "%s/.dfree", where);
	fd = open(name, OREAD);
	if(fd < 0)
		return 0;
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	if(n <= 0)
		return 0;
	buf[n] = 0;
	if(tokenize(buf, f, nelem(f)) != 3)
		return 0;
	size = strtoull(f[0], nil, 10);
	line(what, where, strtoull(f[1], nil, 10)*size, strtoull(f[2], nil, 10)*size);
	return 1;
}

static int
again(char *where)
{
	int i;

	for(i = 0; i < nseen; i++)
		if(strcmp(seen[i], where) == 0)
			return 1;
	if(nseen < Maxseen)
		seen[nseen++] = strdup(where);
	return 0;
}

/* bind or mount, flags, what, where; perhaps a spec */
static void
mounted(int n, char **f)
{
	char *what, *where;
	int i;

	i = 1;
	if(i < n && f[i][0] == '-')
		i++;
	if(n-i < 2)
		return;
	what = f[i];
	where = f[i+1];
	if(strcmp(f[0], "bind") == 0){
		if(strcmp(what, "#R") == 0 && !again(where))
			ramdisk(where);
	}else if(strcmp(f[0], "mount") == 0 && !again(where))
		server(n-i > 2? f[i+2]: what, where);
}

static void
everything(void)
{
	char name[32], *s, *f[Maxwords];
	Biobuf *b;
	int n;

	snprint(name, sizeof name, "/proc/%d/ns", getpid());
	b = Bopen(name, OREAD);
	if(b == nil)
		sysfatal("%s: %r", name);
	while((s = Brdstr(b, '\n', 1)) != nil){
		n = tokenize(s, f, nelem(f));
		if(n > 0)
			mounted(n, f);
		free(s);
	}
	Bterm(b);
}

static void
usage(void)
{
	fprint(2, "usage: df [-h] [directory ...]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	char *bad;
	int i;

	ARGBEGIN{
	case 'h':
		human = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "df";
	bad = nil;
	if(argc == 0)
		everything();
	for(i = 0; i < argc; i++)
		if(!server(argv[i], argv[i])){
			fprint(2, "df: %s: its server does not say\n", argv[i]);
			bad = "unknown";
		}
	exits(bad);
}
