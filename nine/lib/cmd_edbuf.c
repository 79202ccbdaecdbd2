/* SPDX-License-Identifier: MIT */
/* ed's lines: an array of strings.  u puts back what the last s changed. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/ed.h"

Line *lines;
long dot, last;
int changed;
static long max;
static long undoline;			/* of the last s, 0: none */
static char *undotext;

char*
copyof(char *s, long n)
{
	char *t;

	t = malloc(n+1);
	if(t == nil)
		error("?");
	memmove(t, s, n);
	t[n] = 0;
	return t;
}

static void
room(long n)
{
	Line *l;
	long want;

	want = last + n + 2;
	if(want <= max)
		return;
	want += want/2 + 128;
	l = realloc(lines, want * sizeof(Line));
	if(l == nil)
		error("?");
	lines = l;
	max = want;
}

void
insertline(long after, char *s)
{
	room(1);
	memmove(&lines[after+2], &lines[after+1], (last-after) * sizeof(Line));
	memset(&lines[after+1], 0, sizeof(Line));
	lines[after+1].s = s;
	last++;
	changed = 1;
	undoline = 0;
}

void
deletelines(long a, long b)
{
	long i;

	for(i = a; i <= b; i++)
		free(lines[i].s);
	memmove(&lines[a], &lines[b+1], (last-b) * sizeof(Line));
	last -= b-a+1;
	dot = a > last ? last : a;
	changed = 1;
	undoline = 0;
}

static void
reverse(long a, long b)
{
	Line t;

	for(; a < b; a++, b--){
		t = lines[a];
		lines[a] = lines[b];
		lines[b] = t;
	}
}

/* exchanging two neighbours is reversing each, then both */
void
movelines(long a, long b, long to)
{
	if(a <= to && to < b)
		error("?");
	if(to > b){
		reverse(a, b);
		reverse(b+1, to);
		reverse(a, to);
		dot = to;
	}else if(to < a){
		reverse(to+1, a-1);
		reverse(a, b);
		reverse(to+1, b);
		dot = to + b-a+1;
	}else
		dot = b;
	changed = 1;
	undoline = 0;
}

void
copylines(long a, long b, long to)
{
	long i, n, from;

	n = b-a+1;
	for(i = 0; i < n; i++){
		/* lines after to have moved by those already there */
		from = a+i > to ? a+2*i : a+i;
		insertline(to+i, copyof(lines[from].s, strlen(lines[from].s)));
	}
	dot = to+n;
}

void
joinlines(long a, long b)
{
	char *s;
	long i, n;

	for(i = a, n = 0; i <= b; i++)
		n += strlen(lines[i].s);
	s = copyof("", 0);
	s = realloc(s, n+1);
	if(s == nil)
		error("?");
	*s = 0;
	for(i = a, n = 0; i <= b; i++){
		strcpy(s+n, lines[i].s);
		n += strlen(lines[i].s);
	}
	free(lines[a].s);
	lines[a].s = s;
	if(b > a)
		deletelines(a+1, b);
	changed = 1;
	undoline = 0;
	dot = a;
}

void
replaceline(long a, char *s)
{
	free(undotext);
	undotext = lines[a].s;
	undoline = a;
	lines[a].s = s;
	changed = 1;
}

void
undo(void)
{
	char *s;

	if(undoline == 0 || undoline > last)
		error("?");
	s = lines[undoline].s;
	lines[undoline].s = undotext;
	undotext = s;
	dot = undoline;
}
