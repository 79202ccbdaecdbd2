/* SPDX-License-Identifier: MIT */
/*
 * P:220 The diagnosis
 *
 * One line that a porter can act on: what the guest did, why that cannot
 * work, what it usually comes from, what to change.  Each cause is a rule in
 * one of the tables below; they are asked in this order, from the exact to
 * the general, and the first that fits speaks.  A rule must be sure: a wrong
 * diagnosis costs more days than none, so where nothing fits nothing is said.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/diagnose.h"

static const struct rules *const of_a_crash[] = {
	&rules_host, &rules_call, &rules_order, &rules_image, &rules_entry, &rules_refused,
	&rules_code, &rules_switch, &rules_access, &rules_trap, &rules_device,
};

/* ... of a trap whose handler gave up; and if none of these fits: */
static const struct rules *const of_a_trap[] = {
	&rules_code, &rules_switch, &rules_access, &rules_trap,
};

static const struct rules *const of_last_words[] = { &rules_words };

static const struct rules *const of_a_stop[] = { &rules_wait };

static void put_place(FILE *to, const struct snapshot *s, u32 gva)
{
	fprintf(to, "0x%08x", gva);
	if (!s->symbols || symbols_note(s->symbols) || !symbols_text(s->symbols, gva))
		return;
	fputc(' ', to);
	print_place(to, s->symbols, gva);
}

static void put_eip(FILE *to, const struct snapshot *s)
{
	u32 number;

	if (s->regs.user) {
		fprintf(to, "0x%08x (user mode)", s->regs.eip);
	} else if (in_hcall_page(s, s->regs.eip, &number)) {
		fprintf(to, "0x%08x ", s->regs.eip);
		print_eip(to, s);
	} else if (symbols_text(s->symbols, s->regs.eip) && !symbols_note(s->symbols)) {
		fprintf(to, "0x%08x ", s->regs.eip);
		print_eip(to, s);
	} else {
		fprintf(to, "0x%08x", s->regs.eip);
	}
}

/* Return addresses: the call is what is meant. */
static void put_from(FILE *to, const struct snapshot *s)
{
	u32 from;

	if (!caller_of(s, &from)) {
		fprintf(to, "an unknown place");
		return;
	}
	fprintf(to, "0x%08x", from);
	if (s->symbols && !symbols_note(s->symbols) && symbols_text(s->symbols, from)) {
		fputc(' ', to);
		print_caller(to, s->symbols, from);
	}
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(text, word, len);
}

static void put_named(FILE *to, const struct scene *c, const char *name, size_t len)
{
	const u32 values[] = { c->a, c->b, c->c, c->d };
	const struct lg_regs *r = &c->s->regs;

	if (is_word(name, len, "eip"))
		put_eip(to, c->s);
	else if (is_word(name, len, "from"))
		put_from(to, c->s);
	else if (is_word(name, len, "cr2"))
		fprintf(to, "0x%08x", r->cr2);
	else if (is_word(name, len, "esp"))
		fprintf(to, "0x%08x", r->esp);
	else if (is_word(name, len, "trap"))
		fprintf(to, "%u (%s)", r->trap, vector_name(r->trap));
	else if (is_word(name, len, "reason"))
		fputs(c->s->reason, to);
	else if (is_word(name, len, "t"))
		fputs(c->t, to);
	else if (is_word(name, len, "u"))
		fputs(c->u, to);
	else if (len == 2 && name[0] == '#')
		fprintf(to, "0x%x", values[(name[1] - 'a') & 3]);
	else if (len == 2 && name[0] == '@')
		put_place(to, c->s, values[(name[1] - 'a') & 3]);
	else if (len == 1 && name[0] >= 'a')
		fprintf(to, "0x%08x", values[(name[0] - 'a') & 3]);
	else
		fprintf(to, "%u", values[(name[0] - 'A') & 3]);
}

static void put_text(FILE *to, const struct scene *c, const char *text)
{
	while (*text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;

		if (!end) {
			fputc(*text++, to);
			continue;
		}
		put_named(to, c, text + 1, (size_t)(end - text - 1));
		text = end + 1;
	}
}

static void put_rule(FILE *to, const struct scene *c, const struct rule *r, const char *words)
{
	fprintf(to, "lguest: diagnosis: ");
	put_text(to, c, r->did);
	if (words)
		fprintf(to, " (and then stopped itself: \"%s\")", words);
	if (r->why) {
		fprintf(to, ": ");
		put_text(to, c, r->why);
	}
	if (r->usually) {
		fprintf(to, "; usually ");
		put_text(to, c, r->usually);
	}
	if (r->fix) {
		fprintf(to, "; to fix it, ");
		put_text(to, c, r->fix);
	}
	fputc('\n', to);
}

/* A test leaves nothing behind for the next. */
static const struct rule *ask(const struct rules *rules, struct scene *c, const struct snapshot *s)
{
	for (size_t i = 0; i < rules->n; i++) {
		*c = (struct scene){ .s = s };
		if (rules->rule[i].fits(c))
			return &rules->rule[i];
	}
	return NULL;
}

#define ALL(rules)	rules, sizeof(rules) / sizeof((rules)[0])

/* words: what the kernel itself said, or NULL. */
static const struct rule *diagnose(FILE *to, const struct snapshot *s, const char *words,
				   const struct rules *const *all, size_t n)
{
	const struct rule *r = NULL;
	struct scene c;

	for (size_t i = 0; i < n && !r; i++)
		r = ask(all[i], &c, s);
	if (r)
		put_rule(to, &c, r, words);
	return r;
}

static const struct rule *diagnose_trap(FILE *to, const struct snapshot *s)
{
	struct snapshot *then = malloc(sizeof(*then));
	const struct rule *r = NULL;

	if (then && inner_trap(s, then))
		r = diagnose(to, then, s->reason + strlen("CRASH: "), ALL(of_a_trap));
	free(then);
	return r;
}

u32 print_diagnosis(FILE *to, const struct snapshot *s)
{
	const struct rule *r = diagnose(to, s, NULL, ALL(of_a_crash));

	if (!r)
		r = diagnose_trap(to, s);
	if (!r)
		r = diagnose(to, s, NULL, ALL(of_last_words));
	return r ? r->covers : 0;
}

void print_stop_diagnosis(FILE *to, const struct snapshot *s)
{
	diagnose(to, s, NULL, ALL(of_a_stop));
}
