/* SPDX-License-Identifier: MIT */
/* Dates.  The time zone is the text of /env/timezone, as timezone(2) tells. */
#include "u.h"
#include "libc.h"

enum
{
	Minute	= 60,
	Hour	= 60*60,
	Day	= 24*Hour,
	Maxzone	= 160*2,
};

typedef struct Zone Zone;
struct Zone
{
	int	known;
	char	name[2][4];		/* standard, summer */
	int	off[2];			/* seconds east of GMT */
	long	change[Maxzone];	/* summer begins, ends, begins ... local standard time */
	int	n;
};

static Zone zone;

long
time(long *tp)
{
	long t;

	t = (long)(nsec() / 1000000000LL);
	if(tp)
		*tp = t;
	return t;
}

static int
isleap(int year)
{
	return year%4 == 0 && (year%100 != 0 || year%400 == 0);
}

static int
monthlen(int mon, int year)
{
	static const char len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return len[mon] + (mon == 1 && isleap(year));
}

Tm*
gmtime(long t)
{
	static Tm tm;
	long day, sec;
	int y;

	day = t/Day;
	sec = t%Day;
	if(sec < 0){
		sec += Day;
		day--;
	}
	tm.hour = (int)(sec/Hour);
	tm.min = (int)(sec%Hour/Minute);
	tm.sec = (int)(sec%Minute);
	tm.wday = (int)((day%7 + 11) % 7);	/* 1 Jan 1970 was a Thursday */
	y = 1970;
	for(; day < 0; day += 365+isleap(y))
		y--;
	for(; day >= 365+isleap(y); y++)
		day -= 365+isleap(y);
	tm.year = y-1900;
	tm.yday = (int)day;
	for(tm.mon = 0; day >= monthlen(tm.mon, y); tm.mon++)
		day -= monthlen(tm.mon, y);
	tm.mday = (int)day+1;
	strcpy(tm.zone, "GMT");
	tm.tzoff = 0;
	return &tm;
}

static void
readzone(void)
{
	char *s, *p, *f[4+Maxzone];
	int i, n;

	zone.known = 1;
	strcpy(zone.name[0], "GMT");
	s = getenv("timezone");
	if(s == nil)
		return;
	for(p = s; *p; p++)
		if(*p == '\n')
			*p = ' ';
	n = tokenize(s, f, nelem(f));
	for(i = 0; i < 2 && 2*i+1 < n; i++){
		strecpy(zone.name[i], zone.name[i]+sizeof zone.name[i], f[2*i]);
		zone.off[i] = atoi(f[2*i+1]);
	}
	for(i = 4; i < n; i++)
		zone.change[zone.n++] = atol(f[i]);
	free(s);
}

Tm*
localtime(long t)
{
	Tm *tm;
	long local;
	int i, summer;

	if(!zone.known)
		readzone();
	local = t+zone.off[0];
	summer = 0;
	for(i = 0; i+1 < zone.n; i += 2)
		if(local >= zone.change[i] && local < zone.change[i+1])
			summer = 1;
	tm = gmtime(t+zone.off[summer]);
	strcpy(tm->zone, zone.name[summer]);
	tm->tzoff = zone.off[summer];
	return tm;
}

char*
asctime(Tm *tm)
{
	static char buf[40];

	snprint(buf, sizeof buf, "%.3s %.3s %2d %.2d:%.2d:%.2d %s %d\n",
		&"SunMonTueWedThuFriSat"[3*tm->wday],
		&"JanFebMarAprMayJunJulAugSepOctNovDec"[3*tm->mon],
		tm->mday, tm->hour, tm->min, tm->sec, tm->zone, tm->year+1900);
	return buf;
}

char*
ctime(long t)
{
	return asctime(localtime(t));
}

long
tm2sec(Tm *tm)
{
	long t;
	int y, m;

	y = tm->year+1900;
	t = 0;
	if(y >= 1970)
		for(m = 1970; m < y; m++)
			t += 365+isleap(m);
	else
		for(m = y; m < 1970; m++)
			t -= 365+isleap(m);
	for(m = 0; m < tm->mon; m++)
		t += monthlen(m, y);
	t += tm->mday-1;
	t = t*Day + tm->hour*Hour + tm->min*Minute + tm->sec;
	if(strcmp(tm->zone, "GMT") != 0)
		t -= tm->tzoff;
	return t;
}

/* user, system, children's user and system ms; returns real ms */
long
times(long *t)
{
	char buf[6*12+1], *f[6];
	int fd, i, n;

	n = -1;
	fd = open("/dev/cputime", OREAD);
	if(fd >= 0){
		n = (int)read(fd, buf, sizeof buf-1);
		close(fd);
	}
	if(n < 0)
		return -1;
	buf[n] = 0;
	if(tokenize(buf, f, 6) != 6)
		return -1;
	if(t)
		for(i = 0; i < 4; i++)
			t[i] = atol(f[i < 2 ? i : i+1]);
	return atol(f[2]);
}

double
cputime(void)
{
	long t[4];

	if(times(t) < 0)
		return 0;
	return (t[0]+t[1]+t[2]+t[3]) / 1000.0;
}
