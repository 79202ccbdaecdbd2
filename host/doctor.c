/* SPDX-License-Identifier: MIT */
/*
 * H:800 The doctor.  With --doctor the Host looks over the guest's shoulder for
 * mistakes that do not kill it, or not here and not now: a page table entry
 * changed without a word and then used, a buffer that a device still owns, an
 * interrupt that nobody takes.  Each place is told once; the guest waits while
 * the Launcher prints, and goes on.
 *
 * Without --doctor all of it is one test of lg->doctor, on ways that cost a
 * signal or a system call anyway.
 */
#include "host/doctor_space.h"
#include "host/sys.h"

struct lg_finding *doctor_finding(u32 kind)
{
	struct lg_finding *f = &doc->finding;

	memset(f, 0, offsetof(struct lg_finding, change));
	f->kind = kind;
	return f;
}

/* Has this been told?  Remember it.  Full: count, and say no more. */
static bool told(u32 kind, u32 place)
{
	u64 key = (u64)kind << 32 | place;
	u32 i;

	for (i = 0; i < LG_DOCTOR_SEEN && doc->seen[i]; i++)
		if (doc->seen[i] == key) {
			doc->repeated++;
			return true;
		}
	doc->findings++;
	if (i == LG_DOCTOR_SEEN)
		return true;
	doc->seen[i] = key;
	return false;
}

/*
 * H:805 Tell it, if this place is new.  The registers in cpu->regs are what the
 * report shows, so whoever calls this has just left the guest.
 */
void doctor_tell(u32 place)
{
	if (lg->state != LG_RUNNING || told(doc->finding.kind, place))
		return;
	if (ask_launcher(LG_OP_DOCTOR, 0, 0, 0, 0))
		doc->findings--;	/* it knows better */
}

/* H:807 Everything that is looked at before the guest goes on. */
void doctor_leaves(void)
{
	doctor_queues();
	doctor_look();
	if (cpu->regs.user && !doc->user_ran)
		doctor_user_runs();
}
