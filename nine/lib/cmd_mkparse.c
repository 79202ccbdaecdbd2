/* SPDX-License-Identifier: MIT */
/* mk's files: assignments, rules with their recipes, includes. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/mk.h"

typedef struct Input Input;
struct Input
{
	char	*file;
	int	line;
	char	*p;			/* what is left of the text */
};

Rule *rules, *lastrule;
Word *firsttargets;
static int depth;

static void
bad(Input *in, char *why)
{
	fprint(2, "mk: %s:%d: syntax error; %s\n", in->file, in->line, why);
	exits("syntax error");
}

static char*
slurp(int fd)
{
	char *s;
	long n, len;

	s = emalloc(8192+1);
	for(len = 0; (n = read(fd, s+len, 8192)) > 0; ){
		len += n;
		s = realloc(s, len+8192+1);
		if(s == nil)
			sysfatal("out of memory");
	}
	s[len] = 0;
	return s;
}

char*
output(char *cmd)
{
	int p[2];
	char *s;

	if(pipe(p) < 0)
		sysfatal("can't make a pipe: %r");
	switch(rfork(RFPROC|RFFDG|RFENVG)){
	case -1:
		sysfatal("can't fork: %r");
	case 0:
		exportvars();
		dup(p[1], 1);
		close(p[0]);
		close(p[1]);
		execl("/bin/rc", "rc", "-c", cmd, nil);
		sysfatal("can't exec rc: %r");
	}
	close(p[1]);
	s = slurp(p[0]);
	close(p[0]);
	waitpid();
	return s;
}

/* a line with those that a backslash joins to it, without comment; nil at the end */
static char*
logicalline(Input *in)
{
	char *line, *o, *s, *e;

	if(*in->p == 0)
		return nil;
	line = emalloc(strlen(in->p)+1);
	o = line;
	for(s = in->p; *s != 0 && *s != '\n';){
		if(*s == '\\' && s[1] == '\n'){
			in->line++;
			*o++ = ' ';
			s += 2;
		}else if(*s == '#'){
			while(*s != 0 && *s != '\n' && !(*s == '\\' && s[1] == '\n'))
				s++;
		}else{
			for(e = *s == '\'' || *s == '`' || *s == '$' ? skipquoted(s) : s+1; s < e;){
				in->line += *s == '\n';
				*o++ = *s++;
			}
		}
	}
	in->line++;
	in->p = s + (*s == '\n');
	*o = 0;
	return line;
}

/* the lines that begin with white space, without it */
static char*
recipe(Input *in)
{
	char *text, *o, *s;

	if(*in->p != ' ' && *in->p != '\t' && *in->p != '#')
		return nil;
	text = o = emalloc(strlen(in->p)+2);
	for(s = in->p; *s == ' ' || *s == '\t' || *s == '#';){
		if(*s != '#'){
			s++;
			while(*s != 0 && *s != '\n')
				*o++ = *s++;
			*o++ = '\n';
		}else
			while(*s != 0 && *s != '\n')
				s++;
		in->line++;
		s += *s == '\n';
	}
	in->p = s;
	*o = 0;
	if(o > text)
		return text;
	free(text);
	return nil;
}

/* the first of : = < outside quotes */
static char*
separator(char *s)
{
	while(*s != 0 && strchr(":=<", *s) == nil)
		s = skipquoted(s);
	return s;
}

static int
attributes(Input *in, char *s, char **prog)
{
	static char letters[] = "DENnQRUV";
	int attr;
	char *p;

	for(attr = 0; *s != 0; s++){
		if(*s == ' ' || *s == '\t')
			continue;
		if(*s == 'P'){
			*prog = strdup(s+1);
			break;
		}
		p = strchr(letters, *s);
		if(p == nil)
			bad(in, "unknown attribute");
		attr |= 1 << (p - letters);
	}
	return attr;
}

static void
addrule(Input *in, char *target, Word *targets, Word *prereqs, int attr, char *prog, char *text)
{
	Rule *r;

	r = emalloc(sizeof *r);
	r->target = target;
	r->targets = targets;
	r->prereqs = prereqs;
	r->attr = attr;
	r->prog = prog;
	r->recipe = text;
	r->file = in->file;
	r->line = in->line;
	r->meta = (attr & Aregexp) || strpbrk(target, "%&") != nil;
	if(attr & Aregexp && (r->re = regcomp(smprint("^(%s)$", target))) == nil)
		bad(in, "bad regular expression");
	if(lastrule != nil)
		lastrule->next = r;
	else
		rules = r;
	lastrule = r;
}

/* targets : prereqs, or targets :attributes: prereqs */
static void
rule(Input *in, char *line, char *colon)
{
	Word *targets, *prereqs, *w;
	char *s, *prog, *text;
	int attr, meta;

	*colon++ = 0;
	prog = nil;
	attr = 0;
	for(s = colon; *s != 0 && *s != ':' && *s != '=';)
		s = skipquoted(s);
	if(*s == ':'){
		*s = 0;
		attr = attributes(in, colon, &prog);
		colon = s+1;
	}
	targets = expand(line);
	if(targets == nil)
		bad(in, "no target");
	prereqs = expand(colon);
	text = recipe(in);
	meta = attr & Aregexp;
	for(w = targets; w != nil; w = w->next){
		addrule(in, w->s, targets, prereqs, attr, prog, text);
		meta |= lastrule->meta;
	}
	if(firsttargets == nil && !meta)
		firsttargets = targets;
}

/* name=value, name=U=value */
static void
assign(Input *in, char *line, char *eq)
{
	Word *name;
	char *s;

	*eq++ = 0;
	name = expand(line);
	if(name == nil || name->next != nil)
		bad(in, "bad name in assignment");
	for(s = eq; *s == ' ' || *s == '\t'; s++)
		;
	if(*s == 'U' && s[1] == '=')
		eq = s+2;
	setvar(name->s, expand(eq), Vmkfile);
	freewords(name);
}

static void
include(Input *in, char *s)
{
	Word *w;
	char *text;

	if(++depth > 32)
		bad(in, "includes are nested too deeply");
	if(*s == '|'){
		text = output(s+1);
		parsetext("command", text);
	}else{
		w = expand(s);
		if(w == nil || w->next != nil)
			bad(in, "one file name expected after <");
		parse(w->s);
	}
	depth--;
}

void
parsetext(char *file, char *text)
{
	Input in;
	char *line, *s;

	in = (Input){strdup(file), 1, text};
	while((line = logicalline(&in)) != nil){
		s = separator(line);
		if(line[strspn(line, " \t")] == 0)
			;
		else if(*s == ':')
			rule(&in, line, s);
		else if(*s == '=')
			assign(&in, line, s);
		else if(*s == '<' && line[strspn(line, " \t")] == '<')
			include(&in, s+1);
		else
			bad(&in, "expected one of :<=");
		free(line);
	}
}

void
parse(char *file)
{
	char *text;
	int fd;

	fd = open(file, OREAD);
	if(fd < 0)
		sysfatal("%s: %r", file);
	text = slurp(fd);
	close(fd);
	parsetext(file, text);
	free(text);
}
