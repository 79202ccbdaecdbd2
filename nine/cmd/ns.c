/* SPDX-License-Identifier: MIT */
/*
 * ns - print the name space of a process as the commands that would make
 * it; -r: as the kernel tells it.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

static void
usage(void)
{
	fprint(2, "usage: ns [-r] [pid]\n");
	exits("usage");
}

/*
 * Mounts are told by what the connection is: find the file it came from
 * in /srv, as one cannot type the other.
 */
static char*
served(char *chan)
{
	static char name[128];
	Dir *d, *src;
	long i, n;
	int fd;

	src = dirstat(chan);
	fd = open("/srv", OREAD);
	if(src == nil || fd < 0){
		free(src);
		if(fd >= 0)
			close(fd);
		return chan;
	}
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++)
		if(d[i].qid.path == src->qid.path && d[i].type == src->type){
			snprint(name, sizeof name, "/srv/%s", d[i].name);
			chan = name;
			break;
		}
	if(n >= 0)
		free(d);
	free(src);
	return chan;
}

static void
show(char *line, Biobuf *out)
{
	char *f[8];
	int i, n;

	n = tokenize(line, f, nelem(f));
	if(n == 0)
		return;
	if(strcmp(f[0], "mount") == 0){
		i = n > 1 && f[1][0] == '-' ? 2 : 1;
		if(i < n)
			f[i] = served(f[i]);
	}
	for(i = 0; i < n; i++)
		Bprint(out, i == 0 ? "%q" : " %q", f[i]);
	Bputc(out, '\n');
}

int
main(int argc, char *argv[])
{
	char name[64], *line, *end;
	Biobuf *in, out;
	int raw;
	long pid;

	raw = 0;
	ARGBEGIN{
	case 'r':
		raw = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "ns";
	if(argc > 1)
		usage();
	pid = getpid();
	if(argc == 1){
		pid = strtol(argv[0], &end, 10);
		if(end == argv[0] || *end != 0 || pid <= 0)
			usage();
	}
	snprint(name, sizeof name, "/proc/%ld/ns", pid);
	in = Bopen(name, OREAD);
	if(in == nil)
		sysfatal("can't open %s: %r", name);
	Binit(&out, 1, OWRITE);
	while((line = Brdstr(in, '\n', 1)) != nil){
		if(raw)
			Bprint(&out, "%s\n", line);
		else
			show(line, &out);
		free(line);
	}
	Bterm(&out);
	exits(nil);
}
