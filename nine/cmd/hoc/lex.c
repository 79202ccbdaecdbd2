/* SPDX-License-Identifier: MIT */
/* hoc: words and symbols. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "ctype.h"
#include "hoc.h"

int token;
double tokennum;
char *tokenstr;
Sym *tokensym;

static Biobuf in;
static char *text;			/* instead of in: what -e gave */
static char *file;
static int line;
static int infd = -1;
static int pushed;			/* a character to read again, or 0 */
static Sym *syms;

static struct
{
	char	*name;
	int	token;
} words[] =
{
	{ "func", Tfunc }, { "proc", Tproc }, { "print", Tprint }, { "return", Treturn }, { "if", Tif },
	{ "else", Telse }, { "while", Twhile }, { "for", Tfor }, { "read", Tread },
};

Sym*
intern(char *name)
{
	Sym *s;

	for(s = syms; s != nil; s = s->next)
		if(strcmp(s->name, name) == 0)
			return s;
	s = mallocz(sizeof *s, 1);
	if(s == nil)
		sysfatal("no memory");
	strecpy(s->name, s->name+sizeof s->name, name);
	s->type = Tname;
	s->next = syms;
	syms = s;
	return s;
}

void
lexstart(void)
{
	int i;

	for(i = 0; i < nelem(words); i++)
		intern(words[i].name)->type = words[i].token;
}

/* Read from fd, or if that is -1 the text. */
void
lexfile(int fd, char *name, char *s)
{
	text = s;
	if(s == nil)
		Binit(&in, fd, OREAD);
	file = name;
	line = 1;
	infd = fd;
	pushed = 0;
}

/* after a mistake: nothing of this file any more */
void
lexskip(void)
{
	if(text != nil)
		text += strlen(text);
	else
		Bseek(&in, 0, 2);
	pushed = 0;
	token = Teof;
}

static int
rawget(void)
{
	if(text != nil)
		return *text ? (uchar)*text++ : -1;
	return Bgetc(&in);
}

static int
get(void)
{
	int c;

	if(pushed != 0){
		c = pushed;
		pushed = 0;
	}else
		c = rawget();
	if(c == '\\'){
		c = rawget();
		if(c != '\n')
			oops("syntax error");
		line++;
		return ' ';
	}
	if(c == '\n')
		line++;
	return c;
}

/* the last character read; it may have been made of two */
static void
unget(int c)
{
	if(c < 0)
		return;
	if(c == '\n')
		line--;
	pushed = c;
}

void
oops(char *fmt, ...)
{
	char buf[256];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(buf, sizeof buf, fmt, arg);
	va_end(arg);
	if(file != nil)
		fprint(2, "%s: %s in %s near line %d\n", argv0, buf, file, line);
	else
		fprint(2, "%s: %s near line %d\n", argv0, buf, line);
	longjmp(again, 1);
}

static int
number(int c)
{
	char buf[128], *e;
	int n, last;

	n = 0;
	last = 0;
	for(; isdigit(c) || c == '.' || c == 'e' || c == 'E' || ((c == '+' || c == '-') && (last|0x20) == 'e'); c = get()){
		if(n == (int)sizeof buf-1)
			oops("number too long");
		buf[n++] = last = c;
	}
	unget(c);
	buf[n] = 0;
	tokennum = strtod(buf, &e);
	if(e == buf || *e != 0)
		oops("syntax error");
	return Tnum;
}

/* the file's next number, for read(x); 0 at its end */
int
readnumber(double *d)
{
	static Biobuf std;
	static int open;

	if(infd == 0 && text == nil)
		return Bgetd(&in, d) > 0;
	if(!open){
		Binit(&std, 0, OREAD);
		open = 1;
	}
	return Bgetd(&std, d) > 0;
}

static int
name(int c)
{
	char buf[Nname];
	int n;

	for(n = 0; isalnum(c) || c == '_' || c >= Runeself; c = get()){
		if(n == (int)sizeof buf-1)
			oops("name too long");
		buf[n++] = c;
	}
	unget(c);
	buf[n] = 0;
	tokensym = intern(buf);
	return tokensym->type;
}

static int
string(void)
{
	static char escapes[] = "b\bf\fn\nr\rt\t";
	char buf[512], *p;
	int c, n;

	for(n = 0; (c = rawget()) != '"'; ){
		if(c < 0 || c == '\n')
			oops("missing quote");
		if(n == (int)sizeof buf-1)
			oops("string too long");
		if(c == '\\'){
			c = rawget();
			p = c > 0 ? strchr(escapes, c) : nil;
			if(p != nil && *p && (p-escapes)%2 == 0)
				c = p[1];
			if(c < 0)
				continue;
		}
		buf[n++] = c;
	}
	buf[n] = 0;
	tokenstr = strdup(buf);
	if(tokenstr == nil)
		sysfatal("no memory");
	return Tstr;
}

static int
pair(int second, int yes, int no)
{
	int c;

	c = get();
	if(c == second)
		return yes;
	unget(c);
	return no;
}

static int
scan(void)
{
	int c;

	do
		c = get();
	while(c == ' ' || c == '\t' || c == '\r');
	if(c == '#')
		while((c = get()) != '\n' && c >= 0)
			;
	if(c < 0)
		return Teof;
	if(c == '.' || isdigit(c))
		return number(c);
	if(isalpha(c) || c == '_' || c >= Runeself)
		return name(c);
	switch(c){
	case '"':
		return string();
	case '+':
		c = pair('+', Tinc, '+');
		return c == '+' ? pair('=', Taddeq, '+') : c;
	case '-':
		c = pair('-', Tdec, '-');
		return c == '-' ? pair('=', Tsubeq, '-') : c;
	case '*':
		return pair('=', Tmuleq, '*');
	case '/':
		return pair('=', Tdiveq, '/');
	case '%':
		return pair('=', Tmodeq, '%');
	case '>':
		return pair('=', Tge, '>');
	case '<':
		return pair('=', Tle, '<');
	case '=':
		return pair('=', Teq, '=');
	case '!':
		return pair('=', Tne, '!');
	case '|':
		return pair('|', Tor, '|');
	case '&':
		return pair('&', Tand, '&');
	}
	return c;
}

/* Read the next token.  Nobody does beyond the end of a line before that line has run. */
int
advance(void)
{
	return token = scan();
}
