/* SPDX-License-Identifier: MIT */
/*
 * P:200 From samples to stacks.
 *
 * A sample has the registers and a piece of the stack, so the way up is found as
 * in a crash report: by call frame information, else by frame pointers; just
 * that all memory there is is this piece.  Names come from the kernel's file
 * and, for user programs, from files that have the name of the task.
 */
#include "debug/profile.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debug/internal.h"

#define PROGRAMS   128
#define DEPTH	   64
#define LINE	   4096
#define FRAME_SPAN 0x10000u /* no frame is bigger than this */

struct program {
	char name[LG_TASK_NAME];
	struct symbols *symbols; /* or NULL: not found */
};

struct profile_stacks {
	struct symbols *kernel;
	const char *const *dirs;
	struct program programs[PROGRAMS];
	int nprograms;
	struct profile_stack *stacks;
	size_t count, room;
	bool merged;
	struct snapshot snapshot; /* of one sample */
};

struct profile_stacks *profile_open(int kernel_fd, const char *const *dirs, const char **note)
{
	struct profile_stacks *p = calloc(1, sizeof(*p));
	struct debug_image image = { .fd = kernel_fd };

	if (!p)
		return NULL;
	p->dirs = dirs;
	p->kernel = symbols_open(&image, false);
	*note = symbols_note(p->kernel);
	return p;
}

void profile_free(struct profile_stacks *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->stacks[i].frames);
	for (int i = 0; i < p->nprograms; i++)
		symbols_close(p->programs[i].symbols);
	symbols_close(p->kernel);
	free(p->stacks);
	free(p);
}

/* --- P:202 Programs --------------------------------------------------------------- */

static struct symbols *open_file(const char *path)
{
	struct debug_image image = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct symbols *sy = image.fd >= 0 ? symbols_open(&image, false) : NULL;

	if (image.fd >= 0)
		close(image.fd);
	if (sy && symbols_note(sy)) {
		symbols_close(sy);
		sy = NULL;
	}
	return sy;
}

static struct symbols *open_in(const char *dir, const char *name)
{
	char path[LINE];
	struct symbols *sy;

	snprintf(path, sizeof(path), "%s/%s.elf", dir, name);
	sy = open_file(path);
	if (sy)
		return sy;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return open_file(path);
}

static struct symbols *search(const char *dir, const char *name)
{
	struct symbols *sy = open_in(dir, name);
	DIR *d = sy ? NULL : opendir(dir);
	struct dirent *e;
	char path[LINE];

	while (d && !sy && (e = readdir(d))) {
		if (e->d_name[0] == '.' || e->d_type != DT_DIR)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		sy = open_in(path, name);
	}
	if (d)
		closedir(d);
	return sy;
}

/* The name is the guest's: it must not lead out of the directory. */
static struct symbols *program(struct profile_stacks *p, const char *name)
{
	struct program *new;

	if (!name[0] || strchr(name, '/') || name[0] == '.')
		return NULL;
	for (int i = 0; i < p->nprograms; i++)
		if (!strcmp(p->programs[i].name, name))
			return p->programs[i].symbols;
	if (p->nprograms == PROGRAMS)
		return NULL;
	new = &p->programs[p->nprograms++];
	snprintf(new->name, sizeof(new->name), "%s", name);
	for (const char *const *dir = p->dirs; dir && *dir && !new->symbols; dir++)
		new->symbols = search(*dir, name);
	return new->symbols;
}

/* --- P:204 The way up --------------------------------------------------------------- */

static bool by_frame_pointer(const struct snapshot *s, struct unwind *u)
{
	u32 ebp = u->reg[UNWIND_EBP], esp = u->reg[UNWIND_ESP], caller, eip;

	if (!(u->known & (1u << UNWIND_EBP)) || ebp & 3 || ebp < esp || ebp - esp > FRAME_SPAN)
		return false;
	if (!read_word(s, ebp, &caller) || !read_word(s, ebp + 4, &eip) || !eip)
		return false;
	u->reg[UNWIND_EBP] = caller;
	u->reg[UNWIND_ESP] = ebp + 8;
	u->reg[UNWIND_EIP] = eip;
	u->known = 1u << UNWIND_EBP | 1u << UNWIND_ESP | 1u << UNWIND_EIP;
	return true;
}

/* Outside of what the linker knows, as in the hypercall page, nothing is pushed. */
static bool by_top_of_stack(const struct snapshot *s, struct symbols *sy, struct unwind *u)
{
	u32 eip;

	if (symbols_text(sy, u->reg[UNWIND_EIP]) || !read_word(s, u->reg[UNWIND_ESP], &eip) ||
	    !symbols_text(sy, eip))
		return false;
	u->reg[UNWIND_EIP] = eip;
	u->reg[UNWIND_ESP] += 4;
	return true;
}

static bool up(const struct snapshot *s, struct symbols *sy, struct unwind *u, int n)
{
	if (n == 0 && by_top_of_stack(s, sy, u))
		return true;
	return symbols_unwind(sy, s, u, n > 0) || by_frame_pointer(s, u);
}

static int walk_up(struct snapshot *s, struct symbols *sy, u32 frames[DEPTH])
{
	const struct lg_regs *r = &s->regs;
	struct unwind u = { .known = (1u << UNWIND_REGS) - 1 };
	int n = 0;

	u.reg[0] = r->eax, u.reg[1] = r->ecx, u.reg[2] = r->edx, u.reg[3] = r->ebx;
	u.reg[UNWIND_ESP] = r->esp, u.reg[UNWIND_EBP] = r->ebp;
	u.reg[6] = r->esi, u.reg[7] = r->edi, u.reg[UNWIND_EIP] = r->eip;
	do
		frames[n++] = u.reg[UNWIND_EIP];
	while (n < DEPTH && up(s, sy, &u, n - 1) && (!sy || symbols_text(sy, u.reg[UNWIND_EIP])));
	return n;
}

/* --- P:206 Lines -------------------------------------------------------------------- */

/* Nothing of the guest's may look like the end of a frame or of a line. */
static void append(char line[LINE], const char *text)
{
	size_t len = strlen(line);

	for (; *text && len < LINE - 1; text++)
		line[len++] = *text == ';' || *text == ' ' || *text < ' ' || *text > '~' ? '_' :
											   *text;
	line[len] = 0;
}

static void append_frame(char line[LINE], struct symbols *sy, u32 eip, bool caller)
{
	const char *name;
	char text[16];
	u32 offset;
	size_t len = strlen(line);

	if (len < LINE - 1)
		strcpy(line + len, ";");
	if (symbols_find(sy, eip - caller, &name, &offset)) {
		append(line, name);
		return;
	}
	snprintf(text, sizeof(text), "0x%x", eip);
	append(line, text);
}

static void add_line(struct profile_stacks *p, const char *line, unsigned long long count)
{
	struct profile_stack *bigger;

	if (p->count == p->room) {
		bigger = realloc(p->stacks, (p->room * 2 + 256) * sizeof(*bigger));
		if (!bigger)
			return;
		p->stacks = bigger;
		p->room = p->room * 2 + 256;
	}
	p->stacks[p->count].frames = strdup(line);
	p->stacks[p->count].count = count;
	if (p->stacks[p->count].frames)
		p->count++;
	p->merged = false;
}

void profile_add_bare(struct profile_stacks *p, const char *name, unsigned long long count)
{
	if (count)
		add_line(p, name, count);
}

static void take_registers(struct snapshot *s, const struct lg_sample *a)
{
	s->regs.eax = a->eax, s->regs.ebx = a->ebx, s->regs.ecx = a->ecx, s->regs.edx = a->edx;
	s->regs.esi = a->esi, s->regs.edi = a->edi, s->regs.ebp = a->ebp, s->regs.esp = a->esp;
	s->regs.eip = a->eip;
	s->stack = a->stack;
	s->stack_gva = a->esp;
	s->stack_len = a->nstack < LG_SAMPLE_STACK ? a->nstack : LG_SAMPLE_STACK;
}

void profile_add(struct profile_stacks *p, const struct lg_sample *sample)
{
	char line[LINE] = "kernel", task[LG_TASK_NAME];
	struct symbols *sy = p->kernel;
	u32 frames[DEPTH];
	int n;

	memcpy(task, sample->task, sizeof(task));
	task[sizeof(task) - 1] = 0;
	if (sample->user) {
		strcpy(line, "user:");
		append(line, task[0] ? task : "?");
		sy = program(p, task);
	}
	symbols_linear(sy, sample->linear);
	take_registers(&p->snapshot, sample);
	n = walk_up(&p->snapshot, sy, frames);
	while (n--)
		append_frame(line, sy, frames[n], n > 0);
	if (sample->mode == LG_MODE_HOST)
		append_frame(line, NULL, 0, false), strcpy(strrchr(line, ';'), ";[Host]");
	add_line(p, line, 1);
}

/* As if ; were the smallest character: what begins with the same frames is together. */
static int compare(const void *a, const void *b)
{
	const u8 *x = (const u8 *)((const struct profile_stack *)a)->frames;
	const u8 *y = (const u8 *)((const struct profile_stack *)b)->frames;

	while (*x && *x == *y)
		x++, y++;
	return (*x == ';' ? 1 : *x) - (*y == ';' ? 1 : *y);
}

size_t profile_merged(struct profile_stacks *p, const struct profile_stack **stacks)
{
	size_t out = 0;

	if (!p->merged && p->count)
		qsort(p->stacks, p->count, sizeof(p->stacks[0]), compare);
	for (size_t i = 1; !p->merged && i < p->count; i++) {
		if (strcmp(p->stacks[out].frames, p->stacks[i].frames)) {
			p->stacks[++out] = p->stacks[i];
			continue;
		}
		p->stacks[out].count += p->stacks[i].count;
		free(p->stacks[i].frames);
	}
	if (!p->merged && p->count)
		p->count = out + 1;
	p->merged = true;
	*stacks = p->stacks;
	return p->count;
}

void profile_folded(struct profile_stacks *p, FILE *to)
{
	const struct profile_stack *stacks;
	size_t n = profile_merged(p, &stacks);

	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s %llu\n", stacks[i].frames, stacks[i].count);
}
