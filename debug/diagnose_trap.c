/* SPDX-License-Identifier: MIT */
/*
 * P:250 What is left: traps that needed a handler, and kernels that gave up in
 * their own words.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/diagnose.h"
#include "host/generation.h"

static bool any_gate(const struct snapshot *s)
{
	for (u32 i = 0; i < LG_IDT_ENTRIES; i++)
		if (s->idt[i].present)
			return true;
	return false;
}

static bool unhandled_any(const struct snapshot *s)
{
	return reason_has(s, "unhandled trap") && s->regs.trap < LG_IDT_ENTRIES &&
	       !s->idt[s->regs.trap].present;
}

static bool fits_ud2(struct scene *c)
{
	struct instruction insn;

	return unhandled(c->s, 6) && !c->s->regs.user && instruction_at(c->s, c->s->regs.eip, &insn) &&
	       !strcmp(insn.mnemonic, "ud2");
}

static bool fits_divide(struct scene *c)
{
	struct instruction insn;

	if (!unhandled(c->s, 0) || !instruction_at(c->s, c->s->regs.eip, &insn) ||
	    !strstr(insn.mnemonic, "div"))
		return false;
	snprintf(c->t, sizeof(c->t), "%s", insn.text);
	snprintf(c->u, sizeof(c->u), c->s->regs.user ? "user code" : "the kernel");
	return true;
}

static bool fits_no_idt_early(struct scene *c)
{
	return unhandled_any(c->s) && !c->s->data_gpa;
}

static bool fits_no_idt(struct scene *c)
{
	return unhandled_any(c->s) && !any_gate(c->s);
}

static bool fits_no_gate(struct scene *c)
{
	c->a = c->s->regs.trap;
	snprintf(c->u, sizeof(c->u), c->s->regs.user ? "user code" : "the kernel");
	return unhandled_any(c->s);
}

static const struct rule trap[] = {
	{ "assertion", fits_ud2, "the kernel executed ud2 at {eip}",
	  "that is what kernels do when an assertion fails", NULL,
	  "look at that line; a handler, LOAD_IDT_ENTRY(6, ...), could say more", HINT_UNHANDLED },
	{ "division", fits_divide, "{u} executed \"{t}\" at {eip}",
	  "the divisor is 0 or the quotient does not fit", NULL,
	  "look at that line; LOAD_IDT_ENTRY(0, ...) loads a handler", HINT_UNHANDLED },
	{ "trap before INIT", fits_no_idt_early, "trap {trap} happened at {eip}, before LGUEST_INIT",
	  "no handler can be loaded before that, so every trap is the end",
	  "an error in the entry code", "look at that line", HINT_UNHANDLED },
	{ "no IDT yet", fits_no_idt, "trap {trap} happened at {eip}, and no IDT is loaded yet",
	  "not one gate is, so there is no handler for this trap or any other", NULL,
	  "make LOAD_IDT_ENTRY for every vector right after LGUEST_INIT", HINT_UNHANDLED },
	{ "no gate", fits_no_gate, "{u} caused trap {trap} at {eip}",
	  "other gates are loaded, but none for this vector", NULL,
	  "make LOAD_IDT_ENTRY({A}, low, high) before it can happen", HINT_UNHANDLED },
};
const struct rules rules_trap = RULES(trap);

/* --- The guest's own words --------------------------------------------------------- */

static bool fits_crash(struct scene *c)
{
	const char *text = strstr(c->s->reason, "CRASH: ");

	if (text != c->s->reason)
		return false;
	snprintf(c->t, sizeof(c->t), "%.150s", text + strlen("CRASH: "));
	snprintf(c->u, sizeof(c->u), lg_generation(c->s->generation)->has & LG_HAS_CRASH ?
		 "CRASH(text) is the end, and all but \"Power down\" counts as a crash" :
		 "SHUTDOWN(text, 1) with any other text than \"\" or \"Power down\" is a crash");
	return true;
}

/* Nothing more is known of the trap than that it came. */
static bool fits_gave_up(struct scene *c)
{
	struct snapshot *then;
	bool found;

	if (!fits_crash(c))
		return false;
	then = malloc(sizeof(*then));
	found = then && inner_trap(c->s, then);
	if (found) {
		c->a = then->regs.eip;
		c->b = then->regs.trap;
		snprintf(c->u, sizeof(c->u), "%s", vector_name(c->b));
		if (c->b == 14)
			snprintf(c->u, sizeof(c->u), "page fault, address 0x%08x", then->regs.cr2);
	}
	free(then);
	return found;
}

/* A kernel that gives up because a device does not answer. */
static bool fits_device_broken(struct scene *c)
{
	struct queue q;

	if (!fits_crash(c))
		return false;
	for (u32 n = 0; queue_at(c->s, n, &q); n++) {
		if (!(q.status & LG_DEV_S_NEEDS_RESET))
			continue;
		snprintf(c->u, sizeof(c->u), "%s", device_name(q.type));
		return true;
	}
	return false;
}

static const struct rule device[] = {
	{ "crash text, device broken", fits_device_broken,
	  "the kernel stopped itself at {eip}, called from {from}: \"{t}\"",
	  "the {u} device stands still, because its driver broke the rules of the ring (lguest said how "
	  "when it happened, above)", NULL, "correct the driver first", HINT_REASON },
};
const struct rules rules_device = RULES(device);

static const struct rule words[] = {
	{ "gave up", fits_gave_up,
	  "the kernel stopped itself (\"{t}\") in its handler of trap {B} ({u}), which happened at {@a}",
	  NULL, NULL, "look at that line", HINT_REASON },
	{ "crash text", fits_crash, "the kernel stopped itself at {eip}, called from {from}: \"{t}\"",
	  "{u}",
	  "the kernel's own panic", "look at who called it", HINT_REASON },
};
const struct rules rules_words = RULES(words);
