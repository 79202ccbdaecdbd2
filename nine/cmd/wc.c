/* SPDX-License-Identifier: MIT */
/* wc - count lines, words, runes, bad runes and bytes */
#include "u.h"
#include "libc.h"

enum
{
	Line,
	Word,
	Runes,
	Broken,
	Char,
	Ncount,
};

static char letters[] = "lwrbc";
static int want[Ncount];
static uvlong total[Ncount];
static char buf[32*1024+UTFmax];
static char *status;

static void
report(uvlong *count, char *name)
{
	char line[128], *p;
	int i;

	p = line;
	*p = 0;
	for(i = 0; i < Ncount; i++)
		if(want[i])
			p = seprint(p, line+sizeof line, "%s%7llud", p == line ? "" : " ", count[i]);
	if(name != nil)
		print("%s %s\n", line, name);
	else
		print("%s\n", line);
}

/* what is counted by looking at single bytes */
static void
countbytes(char *p, char *end, uvlong *count, int *inword)
{
	for(; p < end; p++){
		switch(*p){
		case '\n':
			count[Line]++;
			*inword = 0;
			break;
		case ' ': case '\t':
			*inword = 0;
			break;
		default:
			count[Word] += !*inword;
			*inword = 1;
		}
	}
}

/* returns where it stopped: in an unfinished rune at the end */
static char*
countrunes(char *p, char *end, uvlong *count)
{
	Rune r;
	int n;

	while(p < end){
		n = 1;
		if((uchar)*p >= Runeself){
			if(!fullrune(p, end-p))
				break;
			n = chartorune(&r, p);
			if(r == Runeerror && n == 1)
				count[Broken]++;
		}
		count[Runes]++;
		p += n;
	}
	return p;
}

static void
wc(int fd, char *name, char *shown)
{
	uvlong count[Ncount];
	char *p, *end;
	int inword, i;
	long n, left;

	memset(count, 0, sizeof count);
	inword = 0;
	left = 0;
	while((n = read(fd, buf+left, sizeof buf - left)) > 0){
		count[Char] += n;
		countbytes(buf+left, buf+left+n, count, &inword);
		if(!want[Runes] && !want[Broken])
			continue;
		end = buf+left+n;
		p = countrunes(buf, end, count);
		left = end - p;
		memmove(buf, p, left);
	}
	if(n < 0){
		fprint(2, "wc: %s: %r\n", name);
		status = "read error";
	}
	count[Runes] += left;
	count[Broken] += left;
	report(count, shown);
	for(i = 0; i < Ncount; i++)
		total[i] += count[i];
}

int
main(int argc, char *argv[])
{
	int i, fd, any;
	char *p;

	any = 0;
	ARGBEGIN{
	default:
		p = ARGC() < Runeself ? strchr(letters, ARGC()) : nil;
		if(p == nil){
			fprint(2, "usage: wc [-lwrbc] [file ...]\n");
			exits("usage");
		}
		want[p-letters] = any = 1;
	}ARGEND
	if(!any)
		want[Line] = want[Word] = want[Char] = 1;
	if(argc == 0)
		wc(0, "<stdin>", nil);
	for(i = 0; i < argc; i++){
		fd = open(argv[i], OREAD);
		if(fd < 0){
			fprint(2, "wc: can't open %s: %r\n", argv[i]);
			status = "can't open";
			continue;
		}
		wc(fd, argv[i], argv[i]);
		close(fd);
	}
	if(argc > 1)
		report(total, "total");
	exits(status);
}
