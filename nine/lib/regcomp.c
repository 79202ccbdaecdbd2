/* SPDX-License-Identifier: MIT */
/*
 * Compiles regular expressions, regexp(6), by recursive descent.  A piece
 * of program under construction has one entry and one exit, the exit being
 * an instruction whose next is still to be set.  An instruction number is
 * an index into Reprog.inst.  Uses only malloc and the UTF functions.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"

enum
{
	Maxnest	= 1000,			/* parentheses within parentheses */
	Maxrange = 1<<16,
};

typedef struct Comp Comp;
typedef struct Piece Piece;

struct Comp
{
	char	*p;			/* rest of the expression */
	char	*err;
	int	flags;
	int	nest;
	Reprog	*prog;
};

struct Piece
{
	int	first;
	int	last;
};

static int	alternation(Comp*, Piece*);

static int
fail(Comp *c, char *msg)
{
	if(c->err == nil)
		c->err = msg;
	return 0;
}

static int
emit(Comp *c, int op)
{
	Reinst *i;

	i = &c->prog->inst[c->prog->ninst];
	i->op = op;
	i->next = -1;
	i->alt = -1;
	return c->prog->ninst++;
}

static void
join(Comp *c, int from, int to)
{
	c->prog->inst[from].next = to;
}

static int
single(Comp *c, Piece *pc, int op)
{
	pc->first = pc->last = emit(c, op);
	return 1;
}

static int
literal(Comp *c, Piece *pc, Rune r)
{
	single(c, pc, REchar);
	c->prog->inst[pc->first].r = c->prog->fold ? tolowerrune(r) : r;
	return 1;
}

static int
classrune(Comp *c, Rune *r)
{
	c->p += chartorune(r, c->p);
	if(*r == '\\' && *c->p != 0){
		c->p += chartorune(r, c->p);
		return 1;
	}
	return *r != 0;
}

/* after the opening bracket; a range is first-last */
static int
class(Comp *c, Piece *pc)
{
	Reclass *k;
	Rune lo, hi;
	int room;

	room = strlen(c->p) + 2;
	if(room > Maxrange)
		return fail(c, "class too big");
	k = mallocz(sizeof *k + room*2*sizeof(Rune), 1);
	if(k == nil)
		return fail(c, "out of memory");
	k->link = c->prog->classes;
	c->prog->classes = k;
	if(*c->p == '^'){
		c->p++;
		k->negate = 1;
		if((c->flags & REnl) == 0)
			k->range[0] = k->range[1] = '\n', k->nrange = 1;
	}
	do{
		if(!classrune(c, &lo))
			return fail(c, "malformed '[]'");
		hi = lo;
		if(c->p[0] == '-' && c->p[1] != ']'){
			c->p++;
			if(!classrune(c, &hi))
				return fail(c, "malformed '[]'");
		}
		k->range[2*k->nrange] = lo;
		k->range[2*k->nrange+1] = hi;
		k->nrange++;
	}while(*c->p != ']');
	c->p++;
	single(c, pc, REclass);
	c->prog->inst[pc->first].class = k;
	return 1;
}

/* after the opening parenthesis */
static int
group(Comp *c, Piece *pc)
{
	int open, close, sub;
	Piece in;

	if(++c->nest > Maxnest)
		return fail(c, "too many nested parentheses");
	sub = c->prog->nsub++;
	if(!alternation(c, &in))
		return 0;
	if(*c->p != ')')
		return fail(c, "unmatched left paren");
	c->p++;
	c->nest--;
	open = emit(c, REopen);
	close = emit(c, REclose);
	c->prog->inst[open].sub = c->prog->inst[close].sub = sub;
	join(c, open, in.first);
	join(c, in.last, close);
	pc->first = open;
	pc->last = close;
	return 1;
}

static int
atom(Comp *c, Piece *pc)
{
	Rune r;

	c->p += chartorune(&r, c->p);
	switch(r){
	case '.':
		return single(c, pc, c->flags & REnl ? REanynl : REany);
	case '^':
		return single(c, pc, REbol);
	case '$':
		return single(c, pc, REeol);
	case '[':
		return class(c, pc);
	case '(':
		return group(c, pc);
	case '*': case '+': case '?':
		return fail(c, "missing operand for operator");
	case '\\':
		if(*c->p == 0)
			return fail(c, "trailing backslash");
		c->p += chartorune(&r, c->p);
		break;
	}
	return literal(c, pc, r);
}

/* the operators * + ? around a piece */
static void
repeat(Comp *c, Piece *pc, int op)
{
	int split, end;

	split = emit(c, REsplit);
	end = emit(c, RENop);
	join(c, split, pc->first);
	c->prog->inst[split].alt = end;
	join(c, pc->last, op == '?' ? end : split);
	if(op != '+')
		pc->first = split;
	pc->last = end;
}

static int
catenation(Comp *c, Piece *pc)
{
	Piece next;
	int any;

	any = 0;
	while(*c->p != 0 && *c->p != '|' && *c->p != ')'){
		if(!atom(c, &next))
			return 0;
		while(*c->p != 0 && strchr("*+?", *c->p) != nil)
			repeat(c, &next, *c->p++);
		if(any){
			join(c, pc->last, next.first);
			pc->last = next.last;
		}else
			*pc = next;
		any = 1;
	}
	return any ? 1 : fail(c, "missing operand");
}

static int
alternation(Comp *c, Piece *pc)
{
	Piece right;
	int split, end;

	if(!catenation(c, pc))
		return 0;
	while(*c->p == '|'){
		c->p++;
		if(!catenation(c, &right))
			return 0;
		split = emit(c, REsplit);
		end = emit(c, RENop);
		join(c, split, pc->first);
		c->prog->inst[split].alt = right.first;
		join(c, pc->last, end);
		join(c, right.last, end);
		pc->first = split;
		pc->last = end;
	}
	return 1;
}

static int
literals(Comp *c, Piece *pc)
{
	Piece next;
	Rune r;

	single(c, pc, RENop);
	while(*c->p != 0){
		c->p += chartorune(&r, c->p);
		literal(c, &next, r);
		join(c, pc->last, next.first);
		pc->last = next.last;
	}
	return 1;
}

static int
whole(Comp *c)
{
	Piece pc;

	if(c->flags & RElit)
		literals(c, &pc);
	else if(!alternation(c, &pc))
		return 0;
	if(*c->p != 0)
		return fail(c, "unmatched right paren");
	c->prog->start = pc.first;
	join(c, pc.last, emit(c, REmatch));
	return 1;
}

/*
 * No character makes more than two instructions ('|', '*' or a pair of
 * parentheses), so the program's size is bounded by the text's.
 */
Reprog*
regcompflags(char *s, int flags)
{
	Comp c;

	memset(&c, 0, sizeof c);
	c.p = s;
	c.flags = flags;
	c.prog = mallocz(sizeof(Reprog) + (2*strlen(s)+4)*sizeof(Reinst), 1);
	if(c.prog == nil){
		regerror("out of memory");
		return nil;
	}
	c.prog->nsub = 1;
	c.prog->fold = (flags & REfold) != 0;
	if(!whole(&c)){
		regfree(c.prog);
		regerror(c.err);
		return nil;
	}
	return c.prog;
}

Reprog*
regcomp(char *s)
{
	return regcompflags(s, 0);
}

Reprog*
regcompnl(char *s)
{
	return regcompflags(s, REnl);
}

Reprog*
regcomplit(char *s)
{
	return regcompflags(s, RElit);
}

void
regfree(Reprog *p)
{
	Reclass *k;

	while((k = p->classes) != nil){
		p->classes = k->link;
		free(k);
	}
	free(p);
}
