/* SPDX-License-Identifier: MIT */
/*
 * ps - the processes: user, pid, user and system time, size, state, name.
 * -p adds base and current priority, -r real time, -a arguments for name.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "proclist.h"

static int aflag, pflag, rflag;
static Biobuf out;

static void
minutes(ulong ms, int width)
{
	ms /= 1000;
	Bprint(&out, " %*lud:%.2lud", width, ms/60, ms%60);
}

static void
arguments(Procinfo *p)
{
	char path[64], buf[2048];
	long n;
	int fd;

	snprint(path, sizeof path, "/proc/%d/args", p->pid);
	fd = open(path, OREAD);
	n = 0;
	if(fd >= 0){
		n = readn(fd, buf, sizeof buf - 1);
		close(fd);
	}
	if(n <= 0){
		Bprint(&out, " %s ?\n", p->name);
		return;
	}
	buf[n] = 0;
	Bprint(&out, " %s\n", buf);
}

static void
show(Procinfo *p)
{
	ulong s;

	Bprint(&out, "%-10s %8d", p->user, p->pid);
	minutes(p->time[0], 4);
	minutes(p->time[1], 3);
	if(rflag){
		s = p->time[2]/1000;
		Bprint(&out, " %4lud:%.2lud:%.2lud", s/3600, s/60%60, s%60);
	}
	if(pflag)
		Bprint(&out, " %2lud %2lud", p->basepri, p->pri);
	Bprint(&out, " %7ludK %-8.8s", p->kb, p->state);
	if(aflag)
		arguments(p);
	else
		Bprint(&out, " %s\n", p->name);
}

int
main(int argc, char *argv[])
{
	Procinfo *p;
	long i, n;

	ARGBEGIN{
	case 'a':
		aflag = 1;
		break;
	case 'p':
		pflag = 1;
		break;
	case 'r':
		rflag = 1;
		break;
	default:
		fprint(2, "usage: ps [-apr]\n");
		exits("usage");
	}ARGEND
	USED(argc);
	USED(argv);
	argv0 = "ps";
	n = proclist(&p);
	if(n < 0)
		sysfatal("can't read /proc: %r");
	Binit(&out, 1, OWRITE);
	for(i = 0; i < n; i++)
		show(&p[i]);
	Bterm(&out);
	exits(nil);
}
