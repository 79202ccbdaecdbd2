/* SPDX-License-Identifier: MIT */
/*
 * From tree back to text that means the same: for whatis, and for functions
 * in the environment.
 */
#include "u.h"
#include "lib.h"
#include "tree.h"

extern void *realloc(void*, ulong);
extern void free(void*);

enum
{
	Maxhere	= 32,
};

typedef struct Out Out;
struct Out
{
	char	*s;
	long	n;
	long	size;
	int	nomem;
	Tree	*here[Maxhere];		/* documents for after the next newline */
	int	nhere;
};

static void	cmd(Out*, Tree*);

static void
put(Out *o, const char *s, long n)
{
	char *t;

	if(o->n+n >= o->size){
		t = realloc(o->s, 2*(o->n+n)+64);
		if(t == nil){
			o->nomem = 1;
			return;
		}
		o->s = t;
		o->size = 2*(o->n+n)+64;
	}
	memmove(o->s+o->n, s, n);
	o->n += n;
	o->s[o->n] = 0;
}

static void
str(Out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void
num(Out *o, int n)
{
	char c;

	if(n >= 10)
		num(o, n/10);
	c = (char)('0' + n%10);
	put(o, &c, 1);
}

static void
quoted(Out *o, const char *s)
{
	str(o, "'");
	for(; *s; s++){
		if(*s == '\'')
			put(o, s, 1);
		put(o, s, 1);
	}
	str(o, "'");
}

static void
plain(Out *o, Tree *t)
{
	const char *s;

	for(s = t->str; *s; s++)
		if(*s == Glob && s[1])
			put(o, ++s, 1);
		else
			put(o, s, 1);
}

static void
word(Out *o, Tree *t)
{
	if(t->quoted)
		quoted(o, t->str);
	else
		plain(o, t);
}

static void
words(Out *o, Tree *t)
{
	for(; t; t = t->c[1]){
		cmd(o, t->c[0]);
		if(t->c[1])
			str(o, " ");
	}
}

/* an end that is no line of the document */
static void
marker(Out *o, Tree *t)
{
	char *s;
	int n, most;

	most = 0;
	for(s = t->str; (s = strstr(s, "End")) != nil; ){
		for(n = 0, s += 3; *s == '.'; s++)
			n++;
		if(n >= most)
			most = n+1;
	}
	str(o, "End");
	while(most-- > 0)
		str(o, ".");
}

static void
newline(Out *o)
{
	int i, n;

	str(o, "\n");
	n = o->nhere;
	o->nhere = 0;
	for(i = 0; i < n; i++){
		str(o, o->here[i]->str);
		marker(o, o->here[i]);
		str(o, "\n");
	}
}

static void
fdnum(Out *o, Tree *t, int usual)
{
	if(t->fd0 == usual)
		return;
	str(o, "[");
	num(o, t->fd0);
	str(o, "]");
}

static void
redir(Out *o, Tree *t)
{
	static char *const op[] = { "<", ">", ">>", "<>", "<<" };

	str(o, op[t->rtype]);
	fdnum(o, t, t->rtype == Rwrite || t->rtype == Rappend);
	if(t->rtype != Rhere)
		cmd(o, t->c[0]);
	else if(o->nhere < Maxhere){
		if(t->quoted)
			str(o, "'");
		marker(o, t);
		if(t->quoted)
			str(o, "'");
		o->here[o->nhere++] = t;
	}else
		quoted(o, t->str);
	if(t->c[1])
		str(o, " ");
	cmd(o, t->c[1]);
}

static void
dup(Out *o, Tree *t)
{
	str(o, ">[");
	num(o, t->fd0);
	str(o, "=");
	if(t->fd1 >= 0)
		num(o, t->fd1);
	str(o, "]");
	cmd(o, t->c[1]);
}

/* "<x a | b" reads a and b from x: where only a does, braces say so */
static void
stage(Out *o, Tree *t)
{
	if(t == nil || (t->type != Tredir && t->type != Tdup)){
		cmd(o, t);
		return;
	}
	str(o, "{");
	cmd(o, t);
	if(o->nhere > 0)
		newline(o);
	str(o, "}");
}

static void
pipe(Out *o, Tree *t)
{
	stage(o, t->c[0]);
	str(o, "|");
	if(t->fd0 != 1 || t->fd1 != 0){
		str(o, "[");
		num(o, t->fd0);
		if(t->fd1 != 0){
			str(o, "=");
			num(o, t->fd1);
		}
		str(o, "]");
	}
	stage(o, t->c[1]);
}

/* a command that must not vanish, lest the next line take its place */
static void
sub(Out *o, Tree *t)
{
	if(t)
		cmd(o, t);
	else
		str(o, "{}");
}

static void
form(Out *o, char *before, Tree *a, char *between, Tree *b, char *after)
{
	str(o, before);
	cmd(o, a);
	str(o, between);
	cmd(o, b);
	str(o, after);
}

static void
forcmd(Out *o, Tree *t)
{
	str(o, "for(");
	cmd(o, t->c[0]);
	if(t->c[1]){
		str(o, " in ");
		words(o, t->c[1]->c[0]);
	}
	str(o, ")");
	sub(o, t->c[2]);
}

static void
seq(Out *o, Tree *t)
{
	for(; t && t->type == Tseq; t = t->c[1]){
		cmd(o, t->c[0]);
		if(t->c[1])
			newline(o);
	}
	cmd(o, t);
}

static void
brace(Out *o, Tree *t)
{
	str(o, "{");
	cmd(o, t->c[0]);
	if(o->nhere > 0)
		newline(o);
	str(o, "}");
}

static void
list(Out *o, Tree *t)
{
	str(o, "(");
	words(o, t);
	str(o, ")");
}

static void
cmd(Out *o, Tree *t)
{
	if(t == nil)
		return;
	switch(t->type){
	case Tword:
		word(o, t);
		break;
	case Tlist:
		words(o, t);
		break;
	case Tparen:
		list(o, t->c[0]);
		break;
	case Tconc:
		form(o, "", t->c[0], "^", t->c[1], "");
		break;
	case Tdol:
		form(o, "$", t->c[0], "", nil, "");
		break;
	case Tdolsub:
		form(o, "$", t->c[0], "", nil, "");
		list(o, t->c[1]);
		break;
	case Tcount:
		form(o, "$#", t->c[0], "", nil, "");
		break;
	case Tjoin:
		form(o, "$\"", t->c[0], "", nil, "");
		break;
	case Tback:
		form(o, "`", t->c[0], "", nil, "");
		break;
	case Tpipefd:
		form(o, t->rtype == Rread ? "<" : ">", t->c[0], "", nil, "");
		break;
	case Tsimple:
		words(o, t->c[0]);
		break;
	case Tassign:
		form(o, "", t->c[0], "=", t->c[1], t->c[2] ? " " : "");
		cmd(o, t->c[2]);
		break;
	case Tredir:
		redir(o, t);
		break;
	case Tdup:
		dup(o, t);
		break;
	case Tpipe:
		pipe(o, t);
		break;
	case Tand:
	case Tor:
		sub(o, t->c[0]);
		str(o, t->type == Tand ? " && " : " || ");
		sub(o, t->c[1]);
		break;
	case Tbang:
	case Tsubshell:
		str(o, t->type == Tbang ? "! " : "@ ");
		sub(o, t->c[0]);
		break;
	case Tbrace:
		brace(o, t);
		break;
	case Tif:
		form(o, "if(", t->c[0], ")", nil, "");
		sub(o, t->c[1]);
		break;
	case Tnot:
		str(o, "if not ");
		sub(o, t->c[0]);
		break;
	case Tfor:
		forcmd(o, t);
		break;
	case Twhile:
		form(o, "while (", t->c[0], ")", nil, "");
		sub(o, t->c[1]);
		break;
	case Tswitch:
		form(o, "switch ", t->c[0], " ", t->c[1], "");
		break;
	case Ttwiddle:
		form(o, "~ ", t->c[0], " ", t->c[1], "");
		break;
	case Tfn:
		form(o, "fn ", t->c[0], " ", t->c[1], "");
		break;
	case Tseq:
		seq(o, t);
		break;
	case Tasync:
		sub(o, t->c[0]);
		str(o, "&");
		break;
	}
}

char*
treetext(Tree *t)
{
	Out o;

	memset(&o, 0, sizeof o);
	str(&o, "");
	cmd(&o, t);
	if(o.nhere > 0)
		newline(&o);
	if(o.nomem){
		free(o.s);
		return nil;
	}
	return o.s;
}
