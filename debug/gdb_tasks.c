/* SPDX-License-Identifier: MIT */
/*
 * P:250 Threads: the tasks of a kernel that says where they are
 * (include/lguest/tasks.h).  A kernel that does not, or that has none yet, is
 * one thread, the vCPU.
 *
 * All of it is read from the guest's memory, once a stop, and bounded.
 */
#include <string.h>

#include "debug/gdb_impl.h"

static bool word_at(struct gdb *g, u32 gva, u32 *word)
{
	u32 gpa, pde, pte;

	/* The kernel half is the same in every directory. */
	return !lg_translate(g->lg, lg_shared(g->lg)->cpu.pgdir, gva, &gpa, &pde, &pte) &&
	       gpa % LG_PAGE_SIZE <= LG_PAGE_SIZE - 4 && !lg_peek(g->lg, gpa, word, 4);
}

static bool field(struct gdb *g, u32 entry, u32 offset, u32 *word)
{
	return offset != LG_TASKS_NONE && word_at(g, entry + offset, word);
}

static void text_at(struct gdb *g, u32 gva, char text[GDB_NAME])
{
	u32 gpa, pde, pte, pgdir = lg_shared(g->lg)->cpu.pgdir;
	u32 i = 0;

	for (; i < GDB_NAME - 1; i++)
		if (lg_translate(g->lg, pgdir, gva + i, &gpa, &pde, &pte) ||
		    lg_peek(g->lg, gpa, &text[i], 1) || !text[i])
			break;
	text[i] = 0;
	printable(text);
}

/* The description, from the image; it is the kernel's memory that counts. */
static bool find_layout(struct gdb *g)
{
	u32 at, words[sizeof(g->layout) / 4];

	if (!g->have_symbols) {
		g->have_symbols = true;
		g->symbols = symbols_open(g->image, false);
	}
	at = g->symbols ? symbols_value(g->symbols, LG_TASKS_SYMBOL) : 0;
	for (u32 i = 0; at && i < sizeof(words) / 4; i++)
		if (!word_at(g, at + 4 * i, &words[i]))
			return false;
	if (!at)
		return false;
	memcpy(&g->layout, words, sizeof(g->layout));
	return g->layout.magic == LG_TASKS_MAGIC && g->layout.version == LG_TASKS_VERSION;
}

static void read_state(struct gdb *g, struct gdb_task *t, u32 state)
{
	u32 name;

	if (state < g->layout.nstates && word_at(g, g->layout.states + 4 * state, &name))
		text_at(g, name, t->state);
	else
		snprintf(t->state, sizeof(t->state), "state %u", state);
}

static void read_task(struct gdb *g, u32 entry, bool live)
{
	const struct lg_tasks *l = &g->layout;
	struct gdb_task *t = &g->tasks[g->ntasks];
	u32 state, name;

	*t = (struct gdb_task){ .live = live };
	if (!field(g, entry, l->state, &state) || !state || !field(g, entry, l->id, &t->id) ||
	    !t->id || t->id == GDB_VCPU)
		return;
	if (field(g, entry, l->name, &name) && name)
		text_at(g, name, t->name);
	read_state(g, t, state);
	if (!field(g, entry, l->pgdir, &t->pgdir))
		t->pgdir = 0;
	t->has_label = l->label != LG_TASKS_NONE;
	for (u32 i = 0; t->has_label && i < 6; i++)
		t->has_label = word_at(g, entry + l->label + 4 * i, &t->label[i]);
	g->ntasks++;
}

void gdb_find_tasks(struct gdb *g)
{
	u32 table, count, current;

	if (g->ntasks || g->have_tasks)
		return;
	g->have_tasks = true;
	if (lg_shared(g->lg)->cpu.linear || !find_layout(g) || !word_at(g, g->layout.table, &table) ||
	    !word_at(g, g->layout.count, &count) || !word_at(g, g->layout.current, &current) ||
	    !table || g->layout.stride < 4)
		return;
	for (u32 i = 0; i < count && i < 65536 && g->ntasks < GDB_TASKS; i++) {
		u32 entry = table + i * g->layout.stride;

		read_task(g, entry, entry == current);
	}
}

const struct gdb_task *gdb_task(struct gdb *g, u32 id)
{
	gdb_find_tasks(g);
	for (unsigned i = 0; i < g->ntasks; i++)
		if (g->tasks[i].id == id)
			return &g->tasks[i];
	return NULL;
}

u32 gdb_live(struct gdb *g)
{
	gdb_find_tasks(g);
	for (unsigned i = 0; i < g->ntasks; i++)
		if (g->tasks[i].live)
			return g->tasks[i].id;
	return GDB_VCPU;
}

const struct gdb_task *gdb_selected(struct gdb *g)
{
	return g->thread ? gdb_task(g, g->thread) : NULL;
}

/* A task that has no directory of its own uses whichever is in use. */
u32 gdb_pgdir(struct gdb *g)
{
	const struct gdb_task *t = gdb_selected(g);

	return t && !t->live && t->pgdir ? t->pgdir : lg_shared(g->lg)->cpu.pgdir;
}

static void quote(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&' || *text == '"' || *text == '\'')
			fprintf(to, "&#%d;", *text);
		else
			fputc(*text, to);
	}
}

static void print_thread(FILE *to, u32 id, const char *name, const char *state)
{
	fprintf(to, "<thread id=\"%x\" core=\"0\" name=\"", id);
	quote(to, name);
	fprintf(to, "\">");
	quote(to, state);
	fprintf(to, "</thread>");
}

void gdb_threads_xml(struct gdb *g, FILE *to)
{
	fprintf(to, "<?xml version=\"1.0\"?><threads>");
	if (gdb_live(g) == GDB_VCPU)
		print_thread(to, GDB_VCPU, "vCPU", "");
	for (unsigned i = 0; i < g->ntasks; i++)
		print_thread(to, g->tasks[i].id, g->tasks[i].name, g->tasks[i].state);
	fprintf(to, "</threads>");
}
