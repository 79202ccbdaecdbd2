/* SPDX-License-Identifier: MIT */
/*
 * sed - stream editor.  Runs a script (lib/cmd_sedscript.c reads it) on
 * every line of the files as if they were one.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "sed.h"

static Cmd *cmd;
static int ncmd;
static int quiet;			/* -n */
static Biobuf out;
static Space pat, hold;
static long lineno;
static int substituted;			/* for t */
static Cmd **after;			/* a and r: done when the line is */
static int nafter;
static char **file;			/* inputs not opened yet */
static Biobuf *in;
static char *ahead;			/* the next line, already read */
static int started;
static char *status;

static void
usage(void)
{
	fprint(2, "usage: sed [-gn] [-e script] [-f sfile] [script] [file ...]\n");
	exits("usage");
}

void
regerror(char *s)
{
	fprint(2, "sed: %s\n", s);
	exits("script");
}

/* --- input: one line ahead, to know the last --- */

static char*
fetch(void)
{
	char *s;

	for(;;){
		if(in != nil){
			s = Brdstr(in, '\n', 1);
			if(s != nil)
				return s;
			Bterm(in);
			in = nil;
		}
		if(*file == nil)
			return nil;
		in = strcmp(*file, "-") == 0 ? Bfdopen(0, OREAD) : Bopen(*file, OREAD);
		if(in == nil){
			fprint(2, "sed: can't open %s: %r\n", *file);
			status = "open";
		}
		file++;
	}
}

static int
atend(void)
{
	return ahead == nil;
}

static int
nextline(Space *sp)
{
	if(!started){
		started = 1;
		ahead = fetch();
	}
	if(ahead == nil)
		return 0;
	append(sp, ahead, strlen(ahead));
	free(ahead);
	ahead = fetch();
	lineno++;
	return 1;
}

/* --- output --- */

static void
put(Biobuf *b, char *s, long n)
{
	Bwrite(b, s, n);
	if(Bputc(b, '\n') < 0)
		sysfatal("write error: %r");
}

static void
copyfile(char *name)
{
	Biobuf *b;
	char buf[1024];
	long n;

	b = Bopen(name, OREAD);
	if(b == nil)
		return;
	while((n = Bread(b, buf, sizeof buf)) > 0)
		Bwrite(&out, buf, n);
	Bterm(b);
}

static void
flushafter(void)
{
	int i;

	for(i = 0; i < nafter; i++)
		if(after[i]->fn == 'a')
			Bprint(&out, "%s", after[i]->text);
		else
			copyfile(after[i]->text);
	nafter = 0;
}

static void
later(Cmd *c)
{
	after = realloc(after, (nafter+1)*sizeof *after);
	if(after == nil)
		sysfatal("out of memory");
	after[nafter++] = c;
}

static void
endline(void)
{
	if(!quiet)
		put(&out, pat.s, pat.n);
	flushafter();
}

/* l: what does not print as \n, \t, \b or hexadecimal */
static void
list(void)
{
	static char esc[] = "\b\t\n\\", name[] = "btn\\";
	char *p, *q;
	Rune r;

	for(p = pat.s; p < pat.s+pat.n;){
		p += chartorune(&r, p);
		q = r != 0 && r < Runeself ? strchr(esc, r) : nil;
		if(q != nil)
			Bprint(&out, "\\%c", name[q-esc]);
		else if(r < ' ' || r == 0x7f || r == Runeerror)
			Bprint(&out, "\\x%.4ux", r);
		else
			Bputrune(&out, r);
	}
	Bputc(&out, '\n');
}

/* --- commands --- */

static int
match(Addr *a)
{
	switch(a->type){
	case Aline:
		return lineno == a->line;
	case Alast:
		return atend();
	case Are:
		return regexec(usere(a->re), pat.s, nil, 0) > 0;
	}
	return 1;
}

static int
selected(Cmd *c)
{
	if(c->a2.type == Anone)
		return match(&c->a1);
	if(c->inrange){
		if(c->a2.type == Aline ? lineno >= c->a2.line : match(&c->a2))
			c->inrange = 0;
		return c->a2.type != Aline || lineno <= c->a2.line;
	}
	if(!match(&c->a1))
		return 0;
	c->inrange = c->a2.type != Aline || c->a2.line > lineno;
	return 1;
}

static void
finish(void)
{
	Bflush(&out);
	exits(status);
}

enum
{
	Next,				/* go on with the next command */
	Again,				/* new cycle, the line being there already (D) */
	Over,				/* end of the cycle, print */
	Gone,				/* end of the cycle, do not print */
};

static int
doedit(Cmd *c)
{
	char *nl;
	Space t;

	switch(c->fn){
	case 'a': case 'r':
		later(c);
		break;
	case 'c':
		if(c->a2.type == Anone || !c->inrange || c->not)
			Bprint(&out, "%s", c->text);
		return Gone;
	case 'd':
		return Gone;
	case 'D':
		nl = strchr(pat.s, '\n');
		if(nl == nil)
			return Gone;
		pat.n -= nl+1 - pat.s;
		memmove(pat.s, nl+1, pat.n+1);
		return Again;
	case 'g':
		assign(&pat, hold.s, hold.n);
		break;
	case 'G':
		join(&pat, &hold);
		break;
	case 'h':
		assign(&hold, pat.s, pat.n);
		break;
	case 'H':
		join(&hold, &pat);
		break;
	case 'x':
		t = pat;
		pat = hold;
		hold = t;
		break;
	case 's':
		if(!substitute(c, &pat))
			break;
		substituted = 1;
		if(c->print)
			put(&out, pat.s, pat.n);
		if(c->out != nil)
			put(c->out->b, pat.s, pat.n);
		break;
	case 'y':
		transliterate(c, &pat);
		break;
	}
	return Next;
}

static int
doio(Cmd *c)
{
	switch(c->fn){
	case 'i':
		Bprint(&out, "%s", c->text);
		break;
	case 'l':
		list();
		break;
	case '=':
		Bprint(&out, "%ld\n", lineno);
		break;
	case 'p':
		put(&out, pat.s, pat.n);
		break;
	case 'P':
		put(&out, pat.s, strcspn(pat.s, "\n"));
		break;
	case 'w':
		put(c->out->b, pat.s, pat.n);
		break;
	case 'n':
		if(atend())
			return Over;
		endline();
		pat.n = 0;
		nextline(&pat);
		break;
	case 'N':
		if(atend())
			return Gone;
		flushafter();
		append(&pat, "\n", 1);
		nextline(&pat);
		break;
	case 'q':
		endline();
		finish();
		break;
	default:
		return doedit(c);
	}
	return Next;
}

static int
cycle(void)
{
	Cmd *c;
	int i, what;

	substituted = 0;
	for(i = 0; i < ncmd; i++){
		c = &cmd[i];
		if(selected(c) == c->not){
			if(c->fn == '{')
				i = c->jump;
			continue;
		}
		if(c->fn == 'b')
			i = c->jump - 1;
		else if(c->fn == 't'){
			if(substituted)
				i = c->jump - 1;
			substituted = 0;
		}else if((what = doio(c)) != Next)
			return what;
	}
	return Over;
}

static void
run(void)
{
	int what;

	what = Over;
	for(;;){
		if(what != Again){
			pat.n = 0;
			if(!nextline(&pat))
				break;
		}
		what = cycle();
		if(what == Over)
			endline();
		else
			flushafter();
	}
}

static void
addscript(Space *s, char *text)
{
	if(s->n > 0)
		append(s, "\n", 1);
	append(s, text, strlen(text));
}

static void
addfile(Space *s, char *name)
{
	Biobuf *b;
	char *line;

	b = Bopen(name, OREAD);
	if(b == nil)
		sysfatal("can't open %s: %r", name);
	for(; (line = Brdstr(b, '\n', 1)) != nil; free(line))
		addscript(s, line);
	Bterm(b);
}

int
main(int argc, char *argv[])
{
	static char *justinput[] = { "-", nil };
	Space script;
	int global;

	memset(&script, 0, sizeof script);
	append(&script, "", 0);
	global = 0;
	ARGBEGIN{
	case 'n':
		quiet = 1;
		break;
	case 'g':
		global = 1;
		break;
	case 'e':
		addscript(&script, EARGF(usage()));
		break;
	case 'f':
		addfile(&script, EARGF(usage()));
		break;
	default:
		usage();
	}ARGEND
	argv0 = "sed";
	if(script.n == 0){
		if(argc == 0)
			usage();
		addscript(&script, argv[0]);
		argc--;
		argv++;
	}
	file = argc > 0 ? argv : justinput;
	Binit(&out, 1, OWRITE);
	append(&pat, "", 0);
	append(&hold, "", 0);
	cmd = sedscript(script.s, global, &ncmd);
	run();
	finish();
	exits(nil);
}
