/* SPDX-License-Identifier: MIT */
/* comm - lines of two sorted files: only in the first, only in the second, in both */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int show[3] = {1, 1, 1};
static Biobuf bout;

static Biobuf*
openfile(char *name)
{
	Biobuf *b;

	b = strcmp(name, "-") == 0 ? Bfdopen(0, OREAD) : Bopen(name, OREAD);
	if(b == nil)
		sysfatal("cannot open %s: %r", name);
	return b;
}

static void
put(int column, char *line)
{
	int i;

	if(!show[column])
		return;
	for(i = 0; i < column; i++)
		if(show[i])
			Bputc(&bout, '\t');
	Bprint(&bout, "%s\n", line);
}

static char*
next(Biobuf *b, char *old)
{
	free(old);
	return Brdstr(b, '\n', 1);
}

int
main(int argc, char *argv[])
{
	Biobuf *f, *g;
	char *a, *b;
	int c;

	argv0 = "comm";
	ARGBEGIN{
	case '1': case '2': case '3':
		show[ARGC() - '1'] = 0;
		break;
	default:
	usage:
		fprint(2, "usage: comm [-123] file1 file2\n");
		exits("usage");
	}ARGEND
	if(argc != 2)
		goto usage;
	f = openfile(argv[0]);
	g = openfile(argv[1]);
	Binit(&bout, 1, OWRITE);
	a = next(f, nil);
	b = next(g, nil);
	while(a != nil || b != nil){
		c = a == nil ? 1 : b == nil ? -1 : strcmp(a, b);
		if(c <= 0)
			put(c == 0 ? 2 : 0, a);
		else
			put(1, b);
		if(c >= 0)
			b = next(g, b);
		if(c <= 0)
			a = next(f, a);
	}
	if(Bterm(&bout) < 0)
		sysfatal("write error: %r");
	exits(nil);
}
