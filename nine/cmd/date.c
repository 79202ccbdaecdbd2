/* SPDX-License-Identifier: MIT */
/*
 * date - print the date.  -u: GMT, -n: seconds since the epoch, -i: ISO
 * date and -t: ISO date and time; an argument is the time to print.
 */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: date [-itun] [seconds]\n");
	exits("usage");
}

static void
isotime(Tm *t)
{
	int off;

	print("T%.2d:%.2d:%.2d", t->hour, t->min, t->sec);
	off = t->tzoff/60;
	if(off == 0)
		print("+00:00");
	else
		print("%c%.2d:%.2d", off < 0 ? '-' : '+', abs(off)/60, abs(off)%60);
}

int
main(int argc, char *argv[])
{
	int gmt, number, iso, isot;
	ulong now;
	Tm *t;

	gmt = number = iso = isot = 0;
	ARGBEGIN{
	case 'u':
		gmt = 1;
		break;
	case 'n':
		number = 1;
		break;
	case 'i':
		iso = 1;
		break;
	case 't':
		iso = isot = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc > 1)
		usage();
	now = argc == 1 ? strtoul(argv[0], nil, 0) : (ulong)time(nil);
	if(number){
		print("%lud\n", now);
		exits(nil);
	}
	t = gmt ? gmtime(now) : localtime(now);
	if(!iso){
		print("%s", asctime(t));
		exits(nil);
	}
	print("%d-%.2d-%.2d", t->year+1900, t->mon+1, t->mday);
	if(isot)
		isotime(t);
	print("\n");
	exits(nil);
}
