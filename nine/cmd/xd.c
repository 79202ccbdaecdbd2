/* SPDX-License-Identifier: MIT */
/*
 * xd - dump files, 16 bytes to a line, in one or more formats: -c, or a
 * size (1 2 4 8 or b w l v) and a style (o d x).  Words are big-endian.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Ngroup	= 16,
	Maxform	= 32,
};

typedef struct Form Form;
struct Form
{
	int	chars;			/* -c */
	int	size;			/* bytes in a word */
	int	style;			/* o d x */
};

static Form form[Maxform];
static int nform;
static int addrstyle = 'x';
static int unbuffered, repeats, swab;
static uchar group[Ngroup], old[Ngroup];
static Biobuf out;
static char *status;

static void
usage(void)
{
	fprint(2, "usage: xd [-u] [-r] [-s] [-a{odx}] [-c|{b1w2l4v8}{odx}] ... file ...\n");
	exits("usage");
}

/* digits that hold any word of that size */
static int
digits(int size, int style)
{
	static int dec[] = { 0, 3, 5, 0, 10, 0, 0, 0, 20 };

	switch(style){
	case 'o':
		return (8*size + 2)/3;
	case 'd':
		return dec[size];
	}
	return 2*size;
}

static void
number(uvlong v, int width, int style)
{
	switch(style){
	case 'o':
		Bprint(&out, "%.*llo", width, v);
		break;
	case 'd':
		Bprint(&out, "%.*llud", width, v);
		break;
	case 'x':
		Bprint(&out, "%.*llux", width, v);
		break;
	}
}

static void
words(Form *f, int n)
{
	uvlong v;
	int i, j;

	for(i = 0; i < n; i += f->size){
		v = 0;
		for(j = 0; j < f->size; j++)
			v = v<<8 | group[i+j];
		Bputc(&out, ' ');
		number(v, digits(f->size, f->style), f->style);
	}
}

static void
chars(int n)
{
	static char esc[] = "\b\t\n\r", name[] = "btnr";
	char *p;
	int i, c;

	for(i = 0; i < n; i++){
		c = group[i];
		if(c != 0 && (p = strchr(esc, c)) != nil)
			Bprint(&out, " \\%c", name[p-esc]);
		else if(c >= ' ' && c < 0x7f)
			Bprint(&out, "  %c", c);
		else
			Bprint(&out, " %.2x", c);
	}
}

static void
address(vlong at)
{
	number(at, 7, addrstyle);
	Bputc(&out, ' ');
}

static void
line(vlong at, int n)
{
	int i;

	for(i = 0; i < nform; i++){
		if(i == 0)
			address(at);
		else
			Bprint(&out, "\t ");
		if(form[i].chars)
			chars(n);
		else
			words(&form[i], n);
		Bputc(&out, '\n');
	}
	if(unbuffered)
		Bflush(&out);
}

static void
swapwords(void)
{
	uchar t;
	int i;

	for(i = 0; i < Ngroup; i += 4){
		t = group[i]; group[i] = group[i+3]; group[i+3] = t;
		t = group[i+1]; group[i+1] = group[i+2]; group[i+2] = t;
	}
}

static void
xd(char *name)
{
	Biobuf *in;
	vlong at;
	int same, star, n;

	in = name != nil ? Bopen(name, OREAD) : Bfdopen(0, OREAD);
	if(in == nil){
		Bflush(&out);
		fprint(2, "xd: can't open %s: %r\n", name != nil ? name : "<stdin>");
		status = "open";
		return;
	}
	star = 0;
	for(at = 0;; at += n){
		memset(group, 0, sizeof group);
		n = Bread(in, group, Ngroup);
		if(n <= 0)
			break;
		if(swab)
			swapwords();
		same = repeats && at != 0 && n == Ngroup && memcmp(group, old, Ngroup) == 0;
		if(!same)
			line(at, n);
		else if(!star)
			Bprint(&out, "*\n");
		star = same;
		memmove(old, group, Ngroup);
	}
	if(n < 0){
		Bflush(&out);
		fprint(2, "xd: error reading %s: %r\n", name != nil ? name : "<stdin>");
		status = "read";
	}
	address(at);
	Bputc(&out, '\n');
	Bterm(in);
}

static int
wordsize(int c)
{
	static char sizes[] = "b1w2l4v8";
	char *p;

	p = c < Runeself ? strchr(sizes, c) : nil;
	return p == nil ? 0 : 1 << (p-sizes)/2;
}

static int
style(int c)
{
	if(c == 0 || strchr("odx", c) == nil)
		usage();
	return c;
}

static void
addform(int ischars, int size, int st)
{
	if(nform == Maxform)
		usage();
	form[nform].chars = ischars;
	form[nform].size = size;
	form[nform].style = st;
	nform++;
}

/* one argument: letters in a row, each a flag or a size with its style */
static void
option(char *s)
{
	int size;

	while(*s != 0)
		switch(*s){
		case 'u':
			unbuffered = 1;
			s++;
			break;
		case 'r':
			repeats = 1;
			s++;
			break;
		case 's':
			swab = 1;
			s++;
			break;
		case 'c':
			addform(1, 1, 'x');
			s++;
			break;
		case 'a':
			addrstyle = style(s[1]);
			s += 2;
			break;
		default:
			size = wordsize((uchar)*s);
			if(size != 0)
				s++;
			else
				size = 4;
			if(*s != 0)
				addform(0, size, style(*s++));
			else
				addform(0, size, 'x');
		}
}

int
main(int argc, char *argv[])
{
	USED(argc);
	for(argv++; *argv != nil && argv[0][0] == '-' && argv[0][1] != 0; argv++)
		option(*argv+1);
	if(nform == 0)
		addform(0, 4, 'x');
	Binit(&out, 1, OWRITE);
	if(*argv == nil)
		xd(nil);
	for(; *argv != nil; argv++)
		xd(*argv);
	Bterm(&out);
	exits(status);
}
