/* SPDX-License-Identifier: MIT */
/*
 * How a kernel tells debuggers about its tasks: it defines one constant
 *
 *	const struct lg_tasks lguest_tasks = { LG_TASKS_MAGIC, LG_TASKS_VERSION, ... };
 *
 * which lguest finds by that name in the image's symbol table.  It says where
 * the table of tasks is and where in an entry the interesting fields are.
 * Nothing at run time depends on it, and whatever it says is checked.
 *
 * Addresses are gvas; offsets are bytes into an entry, LG_TASKS_NONE: no such field.
 */
#ifndef LGUEST_TASKS_H
#define LGUEST_TASKS_H

#include <stdint.h>

#define LG_TASKS_SYMBOL		"lguest_tasks"
#define LG_TASKS_MAGIC		0x6b74676cu	/* "lgtk" */
#define LG_TASKS_VERSION	1
#define LG_TASKS_NONE		0xffffffffu

struct lg_tasks {
	uint32_t magic, version;
	uint32_t table;		/* of a pointer to the first entry */
	uint32_t count;		/* of a word: how many entries there are */
	uint32_t current;	/* of a pointer to the running task's entry, or 0 in it */
	uint32_t stride;	/* bytes from entry to entry */
	uint32_t id;		/* offset of a word, the number people call it by */
	uint32_t name;		/* offset of a pointer to the name */
	uint32_t state;		/* offset of a word; 0 means that the entry is free */
	uint32_t states;	/* address of an array of pointers to names of states */
	uint32_t nstates;
	uint32_t pgdir;		/* offset of the gpa of its page directory, 0: it has none */
	uint32_t label;		/* offset of esp, eip, ebx, esi, edi, ebp of one that waits */
};

#endif /* LGUEST_TASKS_H */
