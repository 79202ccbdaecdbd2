/* SPDX-License-Identifier: MIT */
/*
 * rc's parser: what it makes of a text is shown by turning the tree back
 * into text, which puts parts where they bind.  An error is shown as
 * "! line: token: message".
 */
#include "cm.h"

#include <stdio.h>
#include <stdlib.h>

#define jmp_buf nine_jmp_buf		/* u.h has its own */
#include "nine/include/u.h"
#undef jmp_buf
#include "nine/cmd/rc/tree.h"

struct reader {
	Parser p;
	const char *text, *end;
	char out[65536];
	size_t used;
	size_t looked;			/* bytes asked for, to see it is not greedy */
};

static void put(struct reader *r, const char *s)
{
	size_t n = strlen(s);

	assert_true(r->used + n < sizeof(r->out));
	memcpy(r->out + r->used, s, n + 1);
	r->used += n;
}

static int next_byte(void *v)
{
	struct reader *r = v;

	if (r->text == r->end)
		return -1;
	r->looked++;
	return (unsigned char)*r->text++;
}

static void error(void *v, char *msg, char *token)
{
	struct reader *r = v;
	char buf[512];

	snprintf(buf, sizeof(buf), "! %d: %s: %s\n", r->p.line, token ? token : "-", msg);
	put(r, buf);
}

static const char *parse_n(struct reader *r, const char *text, size_t len)
{
	Tree *t;
	int res;

	memset(r, 0, sizeof(*r));
	r->text = text;
	r->end = text + len;
	parserinit(&r->p, next_byte, error, r);
	while ((res = parseline(&r->p, &t)) != Peof) {
		if (res == Pok && t) {
			char *s = treetext(t);

			assert_non_null(s);
			put(r, s);
			put(r, "\n");
			free(s);
		}
		arenafree(takearena(&r->p));
	}
	parserdone(&r->p);
	return r->out;
}

static const char *parse(struct reader *r, const char *text)
{
	return parse_n(r, text, strlen(text));
}

struct expectation {
	const char *text, *want;
};

static void check(const struct expectation *e, size_t n)
{
	struct reader *r = malloc(sizeof(*r));

	for (size_t i = 0; i < n; i++) {
		char *once;

		assert_string_equal(parse(r, e[i].text), e[i].want);
		if (strchr(e[i].want, '!'))
			continue;
		once = strdup(r->out);
		assert_string_equal(parse(r, once), once);	/* it means the same */
		free(once);
	}
	free(r);
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void words(void **state)
{
	static const struct expectation t[] = {
		{ "echo a 'b c' 'it''s' ''\n", "echo a 'b c' 'it''s' ''\n" },
		{ "echo a$b$c 'x'y$z\n", "echo a^$b^$c 'x'^y^$z\n" },
		{ "echo $x.c $x(1 2-3)^z $#x $\"x $$y\n", "echo $x^.c $x(1 2-3)^z $#x $\"x $$y\n" },
		{ "echo $x (1)\n", "echo $x (1)\n" },
		{ "echo `{a|b} <{c} >{d}\n", "echo `{a|b} <{c} >{d}\n" },
		{ "echo (a (b c)) ()\n", "echo (a (b c)) ()\n" },
		{ "echo a#b # c\n", "echo a\n" },
		{ "echo a\\\nb \\x\n", "echo a b \\x\n" },
		{ "echo *a[b-c]? '*'\n", "echo *a[b-c]? '*'\n" },
		{ "echo if for ~ ! @ in not\n", "echo if for ~ ! @ in not\n" },
		{ "$if(1) x\n", "$if(1) x\n" },
		{ "dd -if=x a = b =c\n", "dd -if^=^x a = b =^c\n" },
		{ "echo 'a\nb'\n", "echo 'a\nb'\n" },
		{ "x=(a\nb) c\n", "x=(a b) c\n" },
		{ "echo \xe2\x82\xac\n", "echo \xe2\x82\xac\n" },
	};

	(void)state;
	CHECK(t);
}

static void binding(void **state)
{
	static const struct expectation t[] = {
		{ "a | b && c | d || e\n", "a|b && c|d || e\n" },
		{ "! a | b\n", "! a|b\n" },
		{ "if(a) b && c | d; e\n", "if(a)b && c|d\ne\n" },
		{ "if(a)\n\nb\nif not\nc\n", "if(a)b\nif not c\n" },
		{ "x=1 y=(2 3) a | b && c\n", "x=1 y=(2 3) a|b && c\n" },
		{ "x = 1\n", "x=1\n" },
		{ ">x a|b\n", ">x a|b\n" },
		{ "a >x b <y c\n", ">x <y a b c\n" },
		{ "{a} >x | b\n", "{>x {a}}|b\n" },
		{ "a | b >x | c\n", "a|{>x b}|c\n" },
		{ "a >x && b >y || c\n", ">x a && >y b || c\n" },
		{ "a >[2=1] >[3=] >>[4]f <>g |[2] b |[2=5] c\n",
		  "{>[2=1]>[3=]>>[4]f <>g a}|[2]b|[2=5]c\n" },
		{ "while(a;b) {c\nd}\n", "while (a\nb){c\nd}\n" },
		{ "for(i in a b) for(j) c\n", "for(i in a b)for(j)c\n" },
		{ "switch($x){\ncase a\nb\n}\n", "switch ($x) {case a\nb}\n" },
		{ "fn f g {a;b}\nfn h\n", "fn f g {a\nb}\nfn h \n" },
		{ "~ $x a* [b] && @{c} &\n", "~ $x a* [b] && @ {c}&\n" },
		{ "a &&\n\nb |\n# c\nd\n", "a && b|d\n" },
		{ "a;b&c\n", "a\nb&\nc\n" },
		{ ";;\n\n{}\n", "{}\n" },
		{ "a", "a\n" },
	};

	(void)state;
	CHECK(t);
}

static void here_documents(void **state)
{
	static const struct expectation t[] = {
		{ "cat <<E <<'F' | b\n1 $x\nE\n2\nF\nc\n", "{<<End <<'End' cat\n1 $x\nEnd\n2\nEnd\n}|b\nc\n" },
		{ "fn f {cat <<E\n$1\nE\n}\n", "fn f {<<End cat\n$1\nEnd\n}\n" },
		{ "cat <<E\nEnd\nE\n", "<<End. cat\nEnd\nEnd.\n\n" },
		{ "cat <<E\nx\n", "! 3: -: EOF in here document\n" },
	};

	(void)state;
	CHECK(t);
}

static void errors(void **state)
{
	static const struct expectation t[] = {
		{ "echo )\nok\n", "! 1: ): syntax error\nok\n" },
		{ "a\n\nb ) {\nc\n", "a\n! 3: ): syntax error\nc\n" },
		{ "{a\n", "! 2: EOF: syntax error\n" },
		{ "echo 'a\nb\n", "! 3: -: EOF in quoted string\n" },
		{ "a >[x]\nb\n", "! 1: >[x: redirection syntax\nb\n" },
		{ "a |[2=] b\nc\n", "! 1: |[]: pipe syntax\nc\n" },
		{ "if not a\nb\n", "! 1: -: `if not' does not follow `if(...)'\nb\n" },
		{ "if(a) b; c; if not d\n", "! 1: -: `if not' does not follow `if(...)'\n" },
		{ "{if(a) b}; if not d\n", "! 1: -: `if not' does not follow `if(...)'\n" },
		{ "switch(x){a}\n", "! 1: -: case missing in switch\n" },
		{ "x=\n", "! 2: -: syntax error\n" },
		{ "a >\nb\n", "! 2: -: syntax error\nb\n" },
		{ "for(\nfn\nwhile a\n", "! 2: -: syntax error\n! 3: -: syntax error\n! 3: a: syntax error\n" },
		{ "echo $\n", "! 2: -: syntax error\n" },
	};

	(void)state;
	CHECK(t);
}

/* A command must be able to run before the next line is read. */
static void not_greedy(void **state)
{
	struct reader *r = calloc(1, sizeof(*r));
	const char *text = "echo a; if(b) c\necho d\n";
	Tree *t;

	(void)state;
	r->text = text;
	r->end = text + strlen(text);
	parserinit(&r->p, next_byte, error, r);
	assert_int_equal(parseline(&r->p, &t), Pok);
	assert_int_equal(r->looked, strlen("echo a; if(b) c\n"));
	parserdone(&r->p);
	free(r);
}

static void deep(void **state)
{
	static const char *const opening[] = { "(", "{", "`{", "! ", "$", "if(a)", "@ ", "<{", "a=", "for(i)", "x^(", "a^", "a|", "a&&" };
	struct reader *r = malloc(sizeof(*r));
	char *text = malloc(8 * 20000 + 2);

	(void)state;
	for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++) {
		size_t n = strlen(opening[i]);

		for (size_t k = 0; k < 20000; k++)
			memcpy(text + k * n, opening[i], n);
		memcpy(text + 20000 * n, "\n", 2);
		assert_contains(parse(r, text), "! ");
	}
	free(text);
	free(r);
}

/* Whatever the bytes: an end, no crash, and no memory lost (ASan looks). */
static void garbage(void **state)
{
	static const char *const parts[] = {
		"'", "{", "}", "(", ")", "`", "$", "$#", "$\"", "|", "||", "&&", "&", "<<E", "\nE\n",
		">[2=1]", "<{", "if(", "if not ", "for(i in ", "while(", "switch(a){", "case x\n",
		"fn f{", "~ a", "!", "@", "=", "^", "\\", "\n", "#", "*", "[a~b]", "\x01", "\xff", " ",
		"a", "|[3=", ">[", "x=", ";",
	};
	struct reader *r = malloc(sizeof(*r));
	char text[1024];
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		text[0] = 0;
		for (int k = 0; k < 1 + i % 40; k++) {
			seed = seed * 1103515245 + 12345;
			strcat(text, parts[(seed >> 16) % (sizeof(parts) / sizeof(parts[0]))]);
		}
		parse(r, text);
	}
	free(r);
}

/* The start-up file parses, and every beginning of it ends well. */
static void rcmain(void **state)
{
	struct reader *r = malloc(sizeof(*r));
	char text[8192];
	FILE *f = fopen("nine/root/rc/lib/rcmain", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	parse_n(r, text, n);
	assert_null(strstr(r->out, "\n! "));
	assert_contains(r->out, "fn sigexit");
	for (; n > 0; n--)
		parse_n(r, text, n);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(binding),
		cmocka_unit_test(here_documents),
		cmocka_unit_test(errors),
		cmocka_unit_test(not_greedy),
		cmocka_unit_test(deep),
		cmocka_unit_test(garbage),
		cmocka_unit_test(rcmain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
