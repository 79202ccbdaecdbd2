/* SPDX-License-Identifier: MIT */
/*
 * cal - calendar of a month or a year.  In September 1752 eleven days were
 * left out, and the rule for leap years changed: Britain's calendar.
 */
#include "u.h"
#include "libc.h"

enum
{
	Width	= 20,			/* of a month */
	Rows	= 6,
	Gap	= 3,
};

static char *months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
};

static int
leap(int y)
{
	if(y <= 1752)
		return y % 4 == 0;
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int
length(int m, int y)
{
	static char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[m] + (m == 1 && leap(y));
}

/* day of the week (0 = Sunday) of the month's first */
static int
firstday(int m, int y)
{
	long n;
	int i;

	n = 365L*(y-1) + (y-1)/4;
	if(y > 1752)
		n += (y-1)/400 - (y-1)/100 + 2;		/* 2: the Julian calendar's first day was a Saturday */
	for(i = 0; i < m; i++)
		n += length(i, y);
	if(y == 1752 && m > 8)
		n -= 11;
	return (n + 6) % 7;
}

/* the six lines of a month, without blanks at the end */
static void
layout(int m, int y, char rows[Rows][Width+1])
{
	int d, day, row, col;

	memset(rows, ' ', Rows*(Width+1));
	day = firstday(m, y);
	row = 0;
	for(d = 1; d <= length(m, y); d++){
		if(y == 1752 && m == 8 && d == 3)
			d += 11;
		col = day*3;
		if(d >= 10)
			rows[row][col] = '0' + d/10;
		rows[row][col+1] = '0' + d%10;
		if(++day == 7){
			day = 0;
			row++;
		}
	}
	for(row = 0; row < Rows; row++)
		rows[row][Width] = 0;
}

static void
trimprint(char *s)
{
	char *e;

	for(e = s+strlen(s); e > s && e[-1] == ' '; e--)
		;
	*e = 0;
	print("%s\n", s);
}

static void
month(int m, int y)
{
	char rows[Rows][Width+1];
	int i;

	print("   %s %d\n", months[m], y);
	print(" S  M Tu  W Th  F  S\n");
	layout(m, y, rows);
	for(i = 0; i < Rows; i++)
		trimprint(rows[i]);
}

static void
year(int y)
{
	char rows[3][Rows][Width+1], line[128];
	int m, i, r;

	print("\n\n\n                                %d\n\n", y);
	for(m = 0; m < 12; m += 3){
		print("         %.3s                    %.3s                    %.3s\n", months[m], months[m+1], months[m+2]);
		print(" S  M Tu  W Th  F  S    S  M Tu  W Th  F  S    S  M Tu  W Th  F  S\n");
		for(i = 0; i < 3; i++)
			layout(m+i, y, rows[i]);
		for(r = 0; r < Rows; r++){
			snprint(line, sizeof line, "%s   %s   %s", rows[0][r], rows[1][r], rows[2][r]);
			trimprint(line);
		}
	}
	print("\n\n\n");
}

/* 1-12, or the beginning of a month's name; -1: neither */
static int
monthof(char *s)
{
	char *e;
	long n;
	int i;

	n = strtol(s, &e, 10);
	if(*s != 0 && *e == 0)
		return n >= 1 && n <= 12 ? n-1 : -1;
	for(i = 0; i < 12; i++)
		if(strlen(s) >= 3 && cistrncmp(s, months[i], strlen(s)) == 0)
			return i;
	return -1;
}

static void
bad(void)
{
	fprint(2, "cal: bad argument\n");
	exits("bad argument");
}

static int
yearof(char *s)
{
	char *e;
	long n;

	n = strtol(s, &e, 10);
	if(*s == 0 || *e != 0 || n < 1 || n > 9999)
		bad();
	return n;
}

int
main(int argc, char *argv[])
{
	Tm *t;
	int m;

	if(argc > 3 || (argc > 1 && argv[1][0] == '-')){
		fprint(2, "usage: cal [month] [year]\n");
		exits("usage");
	}
	t = localtime(time(nil));
	if(argc == 1)
		month(t->mon, t->year+1900);
	else if(argc == 2){
		m = monthof(argv[1]);
		if(m >= 0)
			month(m, t->year+1900);
		else
			year(yearof(argv[1]));
	}else{
		m = monthof(argv[1]);
		if(m < 0)
			bad();
		month(m, yearof(argv[2]));
	}
	exits(nil);
}
