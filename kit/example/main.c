// SPDX-License-Identifier: MIT
/*
 * The smallest kernel that does something: boots, takes traps and clock ticks,
 * runs the console, and powers off.
 *
 *	out/lguest run out/kit-example		type; Ctrl-d ends it
 */
#include "kit.h"

#define TICK_NS	     100000000u /* ten ticks a second */
#define END_OF_INPUT 4		/* what a closed console sends, and Ctrl-d */

static unsigned ticks;
static volatile int finished;

static void tick(void)
{
	ticks++;
	if (ticks % 10 == 0)
		print("%u s\n", ticks / 10);
	clock_after(TICK_NS, tick);
}

static void breakpoint(struct trap_frame *f)
{
	print("breakpoint at 0x%x, as planned\n", f->eip);
}

static void input(const char *text, unsigned len)
{
	unsigned i;

	for (i = 0; i < len; i++) {
		if (text[i] == END_OF_INPUT)
			finished = 1;
		else
			console_write(&text[i], 1);
	}
}

int main(void)
{
	early_print("kit: on my own page tables\n");
	kit_init();
	on_trap(3, breakpoint);
	__asm__ volatile("int3");
	if (console_init(input))
		panic("no console device");
	print("kit: %u KiB of RAM, command line \"%s\"\n", kit_ram / 1024,
	      (const char *)va(LG_CMDLINE_GPA));
	clock_after(TICK_NS, tick);
	while (!finished)
		wait_irq();
	print("kit: %u ticks, good bye\n", ticks);
	power_off();
}
