/* SPDX-License-Identifier: MIT */
/* dc - desk calculator with a stack, for numbers of any length */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "dc.h"

enum
{
	Maxindex	= 2048,		/* of arrays */
	Linelen		= 70,
};

static Val *reg[256];
static Val *array[256][Maxindex];	/* nil: 0 */
static int ibase = 10, obase = 10, scale;
static Biobuf in, file, out;
jmp_buf again;

void
oops(char *why)
{
	Bprint(&out, "%s\n", why);
	longjmp(again, 1);
}

static void
quit(void)
{
	Bterm(&out);
	exits(nil);
}

static void
text(char *s)
{
	long n;

	for(n = strlen(s); n > Linelen-1; n -= Linelen-1, s += Linelen-1)
		Bprint(&out, "%.*s\\\n", Linelen-1, s);
	Bprint(&out, "%s\n", s);
}

static void
show(Val *v)
{
	char *s;

	if(v->str != nil){
		Bprint(&out, "%s\n", v->str);
		return;
	}
	s = numtext(v->num, obase);
	text(s);
	free(s);
}

static int
isnumchar(int c)
{
	return ('0' <= c && c <= '9') || ('A' <= c && c <= 'F') || c == '.';
}

static void
number(int c)
{
	char *s;
	int n, max, point;

	max = 64;
	s = grow(nil, max);
	n = point = 0;
	do{
		if(n+2 > Maxdigits)
			sysfatal("number too long");
		if(c == '.' && point++)
			break;
		if(n+2 > max){
			max *= 2;
			s = grow(s, max);
		}
		s[n++] = c;
		c = getmore();
		/* with a 0 before it a hexadecimal digit may be small */
		if(ibase > 10 && 'a' <= c && c <= 'f' && s[s[0] == '_'] == '0')
			c += 'A'-'a';
	}while(isnumchar(c));
	unget(c);
	s[n] = 0;
	pushnum(numparse(s, ibase));
	free(s);
}

static void
string(void)
{
	char *s;
	int c, n, max, depth;

	max = 64;
	n = 0;
	s = grow(nil, max);
	for(depth = 1; (c = get()) >= 0; ){
		if(c == '[')
			depth++;
		else if(c == ']' && --depth == 0)
			break;
		if(n+2 > max){
			max *= 2;
			s = grow(s, max);
		}
		s[n++] = c;
	}
	s[n] = 0;
	push(newval(nil, s));
}

static void
binary(int c)
{
	Num *a, *b, *r;

	if(stack == nil || stack->next == nil)
		oops("stack empty");
	if(stack->num == nil || stack->next->num == nil)
		oops("not a number");
	b = popnum();
	a = popnum();
	if((c == '/' || c == '%') && b->n == 0){
		pushnum(a);
		pushnum(b);
		oops("divide by 0");
	}
	r = nil;
	switch(c){
	case '+':
	case '-':
		r = numadd(a, b, c == '-');
		break;
	case '*':
		r = nummul(a, b, scale);
		break;
	case '/':
		r = numdiv(a, b, scale);
		break;
	case '%':
		r = nummod(a, b, scale);
		break;
	case '^':
		r = numpow(a, b, scale);
		break;
	}
	numfree(a);
	numfree(b);
	pushnum(r);
}

/* <x >x =x, or with a ! before it the contrary */
static void
compare(int c, int not)
{
	Num *a, *b;
	int r, x;

	x = operand();
	a = popnum();
	b = popnum();
	r = numcmp(a, b);
	numfree(a);
	numfree(b);
	r = c == '<' ? r < 0 : c == '>' ? r > 0 : r == 0;
	if(r == not || reg[x] == nil || reg[x]->str == nil)
		return;
	execute(strdup(reg[x]->str));
}

static void
bang(void)
{
	char *line;
	int c, n;
	Waitmsg *w;

	c = get();
	if(c == '<' || c == '>' || c == '='){
		compare(c, 1);
		return;
	}
	line = malloc(1024);
	if(line == nil)
		sysfatal("no memory");
	for(n = 0; c >= 0 && c != '\n' && n < 1023; c = get())
		line[n++] = c;
	line[n] = 0;
	Bflush(&out);
	switch(fork()){
	case 0:
		execl("/bin/rc", "rc", "-c", line, nil);
		_exits("exec");
	case -1:
		oops("fork failed");
	}
	w = wait();
	free(w);
	free(line);
	Bprint(&out, "!\n");
}

static void
element(int c)
{
	int x;
	long i;
	Val **v;

	x = operand();
	i = poplong();
	if(i < 0 || i >= Maxindex)
		oops("index out of range");
	v = &array[x][i];
	if(c == ';'){
		push(copyval(*v));
		return;
	}
	freeval(*v);
	*v = nil;
	*v = pop();
}

static void
registers(int c)
{
	Val *v;
	int x;

	x = operand();
	switch(c){
	case 's':
		v = pop();
		if(reg[x] != nil){
			v->next = reg[x]->next;
			freeval(reg[x]);
		}
		reg[x] = v;
		break;
	case 'S':
		v = pop();
		v->next = reg[x];
		reg[x] = v;
		break;
	case 'l':
		push(copyval(reg[x]));
		break;
	case 'L':
		v = reg[x];
		if(v == nil){
			Bprint(&out, "L?\n");
			return;
		}
		reg[x] = v->next;
		push(v);
		break;
	}
}

static void
setting(int c)
{
	long v;

	v = poplong();
	switch(c){
	case 'i':
		if(v < 2 || v > 16)
			oops("input base is not from 2 to 16");
		ibase = v;
		break;
	case 'o':
		if(v < 2 || v > 1000000)
			oops("output base is not from 2 to 1000000");
		obase = v;
		break;
	case 'k':
		if(v < 0 || v > Maxscale)
			oops("scale out of range");
		scale = v;
		break;
	}
}

static void
measure(int c)
{
	Val *v;
	long n;

	v = pop();
	if(v->str != nil)
		n = c == 'Z' ? (long)strlen(v->str) : 0;
	else if(c == 'X')
		n = v->num->scale;
	else
		n = v->num->n > v->num->scale ? v->num->n : v->num->scale;
	if(c == 'Z' && n == 0)
		n = 1;
	freeval(v);
	pushnum(numint(n));
}

static void
question(void)
{
	char *s;

	Bflush(&out);
	s = Brdstr(&in, '\n', 1);
	if(s != nil)
		execute(s);
}

static void
printstring(void)
{
	Val *v;

	v = pop();
	if(v->str != nil)
		Bprint(&out, "%s", v->str);
	else
		show(v);
	freeval(v);
}

static void
command(int c)
{
	Val *v;
	Num *n;
	long k;

	switch(c){
	case ' ': case '\n': case '\t': case '\r':
		break;
	case '+': case '-': case '*': case '/': case '%': case '^':
		binary(c);
		break;
	case 's': case 'S': case 'l': case 'L':
		registers(c);
		break;
	case 'd':
		if(stack == nil)
			oops("stack empty");
		push(copyval(stack));
		break;
	case 'p':
		if(stack == nil)
			Bprint(&out, "empty stack\n");
		else
			show(stack);
		break;
	case 'P':
		printstring();
		break;
	case 'f':
		if(stack == nil)
			Bprint(&out, "empty stack\n");
		for(v = stack; v != nil; v = v->next)
			show(v);
		break;
	case 'q':
		if(!leave(2))
			quit();
		break;
	case 'Q':
		k = poplong();
		leave(k);
		break;
	case 'x':
		v = pop();
		if(v->str == nil)
			push(v);
		else{
			execute(v->str);
			free(v);
		}
		break;
	case 'X': case 'Z':
		measure(c);
		break;
	case '[':
		string();
		break;
	case '<': case '>': case '=':
		compare(c, 0);
		break;
	case 'v':
		n = popnum();
		pushnum(numsqrt(n, scale));
		numfree(n);
		break;
	case '!':
		bang();
		break;
	case 'c':
		while(stack != nil)
			freeval(pop());
		break;
	case 'i': case 'o': case 'k':
		setting(c);
		break;
	case 'I':
		pushnum(numint(ibase));
		break;
	case 'O':
		pushnum(numint(obase));
		break;
	case 'K':
		pushnum(numint(scale));
		break;
	case 'z':
		k = 0;
		for(v = stack; v != nil; v = v->next)
			k++;
		pushnum(numint(k));
		break;
	case '?':
		question();
		break;
	case ';': case ':':
		element(c);
		break;
	default:
		if(isnumchar(c) || c == '_')
			number(c);
		else
			Bprint(&out, "%o is unimplemented\n", c);
	}
}

int
main(int argc, char *argv[])
{
	int c, fd;

	argv0 = "dc";
	ARGBEGIN{
	default:
		fprint(2, "usage: dc [file]\n");
		exits("usage");
	}ARGEND
	Binit(&in, 0, OREAD);
	Binit(&out, 1, OWRITE);
	readfrom(&in);
	if(argc > 0){
		fd = open(argv[0], OREAD);
		if(fd < 0)
			sysfatal("cannot open input file %s: %r", argv[0]);
		Binit(&file, fd, OREAD);
		readfrom(&file);
	}
	/* a mistake ends the strings that run */
	if(setjmp(again) != 0)
		leaveall();
	while((c = get()) >= 0){
		command(c);
		if(c == '\n')
			Bflush(&out);
	}
	Bterm(&out);
	exits(nil);
}
