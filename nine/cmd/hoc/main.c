/* SPDX-License-Identifier: MIT */
/* hoc - a language for calculations: what trees mean */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "hoc.h"

enum
{
	Maxdepth = 500,			/* of calls */
};

jmp_buf again;

static Biobuf out;
static int depth;
static int returning;
static double value;			/* what is being returned */
static Sym *underscore;

static double	eval(Node*);
static void	doexec(Node*);

static double
round0(double x)
{
	double whole;

	modf(x, &whole);
	return whole;
}

static double
checked(double x, char *what)
{
	if(isNaN(x))
		oops("%s argument out of domain", what);
	if(isInf(x, 0))
		oops("%s result out of range", what);
	return x;
}

double
mod(double a, double b)
{
	if(b == 0)
		oops("division by zero");
	return fmod(a, b);
}

static double
arith(int op, double a, double b)
{
	switch(op){
	case '+': case Taddeq:
		return a+b;
	case '-': case Tsubeq:
		return a-b;
	case '*': case Tmuleq:
		return a*b;
	case '/': case Tdiveq:
		if(b == 0)
			oops("division by zero");
		return a/b;
	case '%': case Tmodeq:
		return mod(a, b);
	case '>':
		return a > b;
	case Tge:
		return a >= b;
	case '<':
		return a < b;
	case Tle:
		return a <= b;
	case Teq:
		return a == b;
	case Tne:
		return a != b;
	}
	return b;
}

static double
get(Sym *s)
{
	if(!s->isset)
		oops("undefined variable %s", s->name);
	return s->val;
}

static double
set(Sym *s, double v)
{
	s->val = v;
	s->isset = 1;
	return v;
}

/* Arguments are variables that have another value meanwhile. */
static double
call(Node *n, int isproc)
{
	double v[Maxargs], old[Maxargs];
	int i, wasset[Maxargs];
	Node *a;
	Sym *s;

	s = n->sym;
	if(s->body == nil)
		oops("undefined function %s", s->name);
	if(s->isproc != isproc)
		oops(isproc ? "%s is a function" : "%s is a procedure", s->name);
	if(n->nkid != s->nargs)
		oops("%s called with wrong number of arguments", s->name);
	if(++depth > Maxdepth)
		oops("%s call nested too deeply", s->name);
	for(i = 0, a = n->kid[0]; a != nil; a = a->next)
		v[i++] = eval(a);
	for(i = 0; i < s->nargs; i++){
		old[i] = s->arg[i]->val;
		wasset[i] = s->arg[i]->isset;
		set(s->arg[i], v[i]);
	}
	value = 0;
	doexec(s->body);
	for(i = 0; i < s->nargs; i++){
		s->arg[i]->val = old[i];
		s->arg[i]->isset = wasset[i];
	}
	depth--;
	if(!isproc && !returning)
		oops("%s: no value returned", s->name);
	returning = 0;
	return value;
}

static double
eval(Node *n)
{
	double d;
	Sym *s;

	switch(n->op){
	case Tnum:
		return n->num;
	case Tname:
		return get(n->sym);
	case Ncall:
		return call(n, 0);
	case Tbuiltin:
		return checked(n->sym->fn(eval(n->kid[0])), n->sym->name);
	case Tread:
		if(!readnumber(&d))
			return 0;
		set(n->kid[0]->sym, d);
		return 1;
	case '=':
		return set(n->kid[0]->sym, eval(n->kid[1]));
	case Taddeq: case Tsubeq: case Tmuleq: case Tdiveq: case Tmodeq:
		s = n->kid[0]->sym;
		d = get(s);
		return set(s, arith(n->op, d, eval(n->kid[1])));
	case Npreinc:
	case Npredec:
		s = n->kid[0]->sym;
		return set(s, get(s) + (n->op == Npreinc ? 1 : -1));
	case Tinc:
	case Tdec:
		s = n->kid[0]->sym;
		d = get(s);
		set(s, d + (n->op == Tinc ? 1 : -1));
		return d;
	case Nneg:
		return -eval(n->kid[0]);
	case '!':
		return eval(n->kid[0]) == 0;
	case '^':
		d = eval(n->kid[0]);
		return checked(pow(d, eval(n->kid[1])), "exponentiation");
	case Tand:
		return eval(n->kid[0]) != 0 && eval(n->kid[1]) != 0;
	case Tor:
		return eval(n->kid[0]) != 0 || eval(n->kid[1]) != 0;
	}
	d = eval(n->kid[0]);
	return arith(n->op, d, eval(n->kid[1]));
}

/* The shortest text that reads back as the same number. */
static void
show(double v, char *end)
{
	char buf[64];
	int prec;

	for(prec = 15; prec < 17; prec++){
		snprint(buf, sizeof buf, "%.*g", prec, v);
		if(strtod(buf, nil) == v)
			break;
	}
	Bprint(&out, "%.*g%s", prec, v, end);
}

static void
printlist(Node *n)
{
	for(; n != nil; n = n->next)
		if(n->op == Tstr)
			Bprint(&out, "%s", n->str);
		else
			show(eval(n), " ");
}

static void
loop(Node *n)
{
	Node *cond, *body;

	cond = n->op == Tfor ? n->kid[1] : n->kid[0];
	body = n->op == Tfor ? n->kid[3] : n->kid[1];
	if(n->op == Tfor)
		eval(n->kid[0]);
	while(eval(cond) != 0){
		doexec(body);
		if(returning)
			return;
		if(n->op == Tfor)
			eval(n->kid[2]);
	}
}

static void
doexec(Node *n)
{
	Node *k;

	switch(n->op){
	case Nseq:
		for(k = n->kid[0]; k != nil && !returning; k = k->next)
			doexec(k);
		break;
	case Tprint:
		printlist(n->kid[0]);
		break;
	case Twhile:
	case Tfor:
		loop(n);
		break;
	case Tif:
		if(eval(n->kid[0]) != 0)
			doexec(n->kid[1]);
		else if(n->kid[2] != nil)
			doexec(n->kid[2]);
		break;
	case Treturn:
		if(n->kid[0] != nil)
			value = eval(n->kid[0]);
		returning = 1;
		break;
	case Nexpr:
		if(n->kid[0]->op == Ncall && n->kid[0]->sym->isproc){
			call(n->kid[0], 1);
			break;
		}
		/* fall through */
	case Nnop:
		if(n->kid[0] != nil)
			eval(n->kid[0]);
		break;
	}
}

/* One statement of the top level. */
void
run(Node *n)
{
	double v;

	depth = returning = 0;
	if(n->op == Nexpr && !(n->kid[0]->op == Ncall && n->kid[0]->sym->isproc)){
		v = eval(n->kid[0]);
		set(underscore, v);
		show(v, "\n");
	}else
		doexec(n);
	Bflush(&out);
}

static double
hocabs(double x)
{
	return fabs(x);
}

void
symbols(void)
{
	static struct { char *name; double (*fn)(double); } fns[] = {
		{ "sin", sin }, { "cos", cos }, { "tan", tan }, { "asin", asin }, { "acos", acos }, { "atan", atan },
		{ "sinh", sinh }, { "cosh", cosh }, { "tanh", tanh }, { "log", log }, { "log10", log10 }, { "exp", exp },
		{ "sqrt", sqrt }, { "int", round0 }, { "abs", hocabs },
	};
	static struct { char *name; double v; } consts[] = {
		{ "PI", 3.14159265358979323846 }, { "E", 2.71828182845904523536 }, { "GAMMA", 0.57721566490153286060 },
		{ "DEG", 57.29577951308232087680 }, { "PHI", 1.61803398874989484820 },
	};
	Sym *s;
	int i;

	for(i = 0; i < nelem(fns); i++){
		s = intern(fns[i].name);
		s->type = Tbuiltin;
		s->fn = fns[i].fn;
	}
	for(i = 0; i < nelem(consts); i++){
		s = intern(consts[i].name);
		set(s, consts[i].v);
		s->isconst = 1;
	}
	underscore = intern("_");
}

static char *status;

static void
interpret(int fd, char *name, char *text)
{
	Node *n;

	lexfile(fd, name, text);
	if(setjmp(again) != 0){
		Bflush(&out);
		status = "error";
		/* who types may try again */
		if(fd != 0 || text != nil)
			return;
		lexskip();
	}
	while((n = parseline()) != nil)
		run(n);
}

static void
usage(void)
{
	fprint(2, "usage: hoc [-e expression] [file ...]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int fd, done;

	done = 0;
	argv0 = "hoc";
	setfcr(getfcr() & ~(FPINVAL|FPZDIV|FPOVFL));
	Binit(&out, 1, OWRITE);
	lexstart();
	symbols();
	ARGBEGIN{
	case 'e':
		interpret(-1, "-e", smprint("%s\n", EARGF(usage())));
		done = 1;
		break;
	default:
		usage();
	}ARGEND
	USED(argc);
	if(!done && *argv == nil)
		interpret(0, nil, nil);
	for(; *argv != nil; argv++){
		if(strcmp(*argv, "-") == 0){
			interpret(0, nil, nil);
			continue;
		}
		fd = open(*argv, OREAD);
		if(fd < 0)
			sysfatal("can't open %s", *argv);
		interpret(fd, *argv, nil);
		close(fd);
	}
	exits(status);
}
