/* SPDX-License-Identifier: MIT */
/*
 * hoc: from text to trees, by recursive descent.  Trees are kept: a function
 * is one, and what else there is of them is little.
 */
#include "u.h"
#include "libc.h"
#include "hoc.h"

static Sym *defining;			/* the func or proc whose body this is */

static Node*	expr(void);
static Node*	stmt(void);
static Node*	unary(void);

Node*
node(int op, Node *a, Node *b)
{
	Node *n;

	n = mallocz(sizeof *n, 1);
	if(n == nil)
		sysfatal("no memory");
	n->op = op;
	n->kid[0] = a;
	n->kid[1] = b;
	return n;
}

static void
expect(int t)
{
	if(token != t)
		oops("syntax error");
	advance();
}

static void
newlines(void)
{
	while(token == '\n')
		advance();
}

static void
mustset(Node *n)
{
	if(n->op != Tname)
		oops("syntax error");
	if(n->sym->isconst)
		oops("assignment to constant %s", n->sym->name);
}

/* a ) behind values with commas between them */
static Node*
list(int end)
{
	Node *first, **last;

	first = nil;
	last = &first;
	while(token != end){
		if(first != nil)
			expect(',');
		if(token == Tstr){
			*last = node(Tstr, nil, nil);
			(*last)->str = tokenstr;
			advance();
		}else
			*last = expr();
		last = &(*last)->next;
	}
	return first;
}

static Node*
named(void)
{
	Node *n, *a;

	n = node(Tname, nil, nil);
	n->sym = tokensym;
	advance();
	if(token != '(')
		return n;
	advance();
	n->op = Ncall;
	n->kid[0] = list(')');
	for(a = n->kid[0]; a != nil; a = a->next){
		if(a->op == Tstr)
			oops("syntax error");
		n->nkid++;
	}
	expect(')');
	return n;
}

static Node*
builtin(void)
{
	Node *n;

	n = node(token, nil, nil);
	n->sym = tokensym;
	advance();
	expect('(');
	n->kid[0] = expr();
	if(n->op == Tread)
		mustset(n->kid[0]);
	expect(')');
	return n;
}

static Node*
primary(void)
{
	Node *n;

	switch(token){
	case Tnum:
		n = node(Tnum, nil, nil);
		n->num = tokennum;
		advance();
		break;
	case Tname:
		n = named();
		break;
	case Tbuiltin:
	case Tread:
		n = builtin();
		break;
	case '(':
		advance();
		n = expr();
		expect(')');
		break;
	default:
		oops("syntax error");
	}
	while(token == Tinc || token == Tdec){
		mustset(n);
		n = node(token, n, nil);
		advance();
	}
	return n;
}

/* to the right: 2^3^2 is 2^9 */
static Node*
power(void)
{
	Node *n;

	n = primary();
	if(token != '^')
		return n;
	advance();
	return node('^', n, unary());
}

static Node*
unary(void)
{
	Node *n;
	int op;

	op = token;
	switch(op){
	case '-':
		advance();
		return node(Nneg, unary(), nil);
	case '!':
		advance();
		return node('!', unary(), nil);
	case Tinc:
	case Tdec:
		advance();
		n = unary();
		mustset(n);
		return node(op == Tinc ? Npreinc : Npredec, n, nil);
	}
	return power();
}

static int
level(int op)
{
	switch(op){
	case '*':
	case '/':
	case '%':
		return 5;
	case '+':
	case '-':
		return 4;
	case '>':
	case Tge:
	case '<':
	case Tle:
	case Teq:
	case Tne:
		return 3;
	case Tand:
		return 2;
	case Tor:
		return 1;
	}
	return 0;
}

static Node*
binary(int lowest)
{
	Node *n;
	int op;

	n = unary();
	while(level(op = token) >= lowest){
		advance();
		n = node(op, n, binary(level(op)+1));
	}
	return n;
}

static Node*
expr(void)
{
	Node *n;
	int op;

	n = binary(1);
	op = token;
	if(op == '=' || (Taddeq <= op && op <= Tmodeq)){
		mustset(n);
		advance();
		n = node(op, n, expr());
	}
	return n;
}

static Node*
condition(void)
{
	Node *n;

	expect('(');
	n = expr();
	expect(')');
	return n;
}

static Node*
block(void)
{
	Node *n, **last;

	n = node(Nseq, nil, nil);
	last = &n->kid[0];
	advance();
	for(;;){
		while(token == '\n' || token == ';')
			advance();
		if(token == '}')
			break;
		if(token == Teof)
			oops("syntax error");
		*last = stmt();
		last = &(*last)->next;
	}
	advance();
	return n;
}

static Node*
forloop(void)
{
	Node *n;

	advance();
	n = node(Tfor, nil, nil);
	expect('(');
	n->kid[0] = expr();
	expect(';');
	n->kid[1] = expr();
	expect(';');
	n->kid[2] = expr();
	expect(')');
	newlines();
	n->kid[3] = stmt();
	return n;
}

static Node*
conditional(void)
{
	Node *n;

	advance();
	n = node(Tif, condition(), nil);
	newlines();
	n->kid[1] = stmt();
	if(token == Telse){
		advance();
		newlines();
		n->kid[2] = stmt();
	}
	return n;
}

static Node*
returns(void)
{
	Node *n;

	if(defining == nil)
		oops("return used outside definition");
	advance();
	n = node(Treturn, nil, nil);
	if(token != '\n' && token != ';' && token != '}' && token != Teof)
		n->kid[0] = expr();
	if((n->kid[0] == nil) != defining->isproc)
		oops(defining->isproc ? "%s: a procedure returns no value" : "%s: a function returns a value", defining->name);
	return n;
}

static int
isassign(int op)
{
	return op == '=' || (Taddeq <= op && op <= Tmodeq);
}

static Node*
stmt(void)
{
	Node *n;

	switch(token){
	case '{':
		return block();
	case Tprint:
		advance();
		n = node(Tprint, nil, nil);
		if(token == '\n' || token == ';' || token == '}' || token == Teof)
			oops("syntax error");
		do{
			Node **l;

			if(n->kid[0] != nil)
				advance();
			for(l = &n->kid[0]; *l != nil; l = &(*l)->next)
				;
			if(token == Tstr){
				*l = node(Tstr, nil, nil);
				(*l)->str = tokenstr;
				advance();
			}else
				*l = expr();
		}while(token == ',');
		return n;
	case Twhile:
		advance();
		n = node(Twhile, condition(), nil);
		newlines();
		n->kid[1] = stmt();
		return n;
	case Tfor:
		return forloop();
	case Tif:
		return conditional();
	case Treturn:
		return returns();
	}
	n = expr();
	/* at top level a value is shown, unless something was set */
	return node(isassign(n->op) ? Nnop : Nexpr, n, nil);
}

/* func name(a, b) stmt */
static Node*
define(void)
{
	Sym *s;

	s = nil;
	if(advance() == Tname)
		s = tokensym;
	if(s == nil)
		oops("syntax error");
	s->isproc = 0;
	s->nargs = 0;
	s->body = nil;
	advance();
	expect('(');
	while(token != ')'){
		if(s->nargs > 0)
			expect(',');
		if(token != Tname)
			oops("syntax error");
		if(s->nargs == Maxargs)
			oops("too many arguments");
		s->arg[s->nargs++] = tokensym;
		advance();
	}
	advance();
	newlines();
	return (Node*)s;
}

static Node*
definition(void)
{
	Sym *s;
	int isproc;

	isproc = token == Tproc;
	s = (Sym*)define();
	s->isproc = isproc;
	defining = s;
	s->body = stmt();
	defining = nil;
	return node(Nnop, nil, nil);
}

/* The next statement, or nil at the end of the text. */
Node*
parseline(void)
{
	Node *n;

	defining = nil;
	do
		advance();
	while(token == '\n' || token == ';');
	if(token == Teof)
		return nil;
	n = token == Tfunc || token == Tproc ? definition() : stmt();
	if(token != '\n' && token != ';' && token != Teof)
		oops("syntax error");
	return n;
}
