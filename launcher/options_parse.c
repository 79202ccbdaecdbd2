/* SPDX-License-Identifier: MIT */
/*
 * L:115 The command line, read by the table of options; and the table, printed.
 */
#include "launcher/options_table.h"

#include <errno.h>
#include <string.h>

void options_help(FILE *to)
{
	size_t i;

	fputs("usage: lguest run [options] KERNEL [-- kernel arguments]\n\n"
	      "Boots the kernel image KERNEL (ELF for 32-bit x86, gzip'd or not; bzImage).  A "
	      "KERNEL\n"
	      "without a slash is also looked for beside the lguest program.\n\n",
	      to);
	for (i = 0; i < options_count; i++) {
		const struct option *o = &options_table[i];
		char left[40];

		snprintf(left, sizeof(left), o->letter ? "-%c, --%s%s%s" : "%.0d    --%s%s%s",
			 o->letter, o->name, o->argument && o->argument[0] != '[' ? " " : "",
			 o->argument ? o->argument : "");
		fprintf(to, "  %-24s%s\n", left, o->usage);
	}
	fputs("\nOn a terminal: Ctrl-a x quits, Ctrl-a Ctrl-a sends one Ctrl-a, Ctrl-a h helps.\n\n"
	      "Exit status: the guest's own, 0 after power-off; 124 timeout, 125 lguest failed,\n"
	      "134 the guest crashed, 128+n signal n, 141 nobody reads the output any more.\n\n"
	      "Examples:\n"
	      "  lguest run nine                      boot nine, console on this terminal\n"
	      "  lguest run -m 256M nine -- -c 'ls /' run one command and power off\n"
	      "  lguest run --console pty --timeout 60 -p debug ./kernel.gz\n",
	      to);
}

static const struct option *find_long(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < options_count; i++)
		if (strlen(options_table[i].name) == len &&
		    !memcmp(options_table[i].name, name, len))
			return &options_table[i];
	return NULL;
}

static const struct option *find_short(char letter)
{
	size_t i;

	for (i = 0; i < options_count; i++)
		if (letter && options_table[i].letter == letter)
			return &options_table[i];
	return NULL;
}

/* "--name", "--name=value" or "--name value"; *at is the index in argv. */
static int take_long(struct options *o, int argc, char **argv, int *at, struct complaint *c)
{
	const char *word = argv[*at] + 2;
	const char *equals = strchr(word, '=');
	const struct option *opt = find_long(word, equals ? (size_t)(equals - word) : strlen(word));

	if (!opt)
		return complain(c, -EINVAL, "unknown option %s: lguest run --help lists them",
				argv[*at]);
	if (!opt->argument) {
		if (equals)
			return complain(c, -EINVAL, "--%s takes no value: leave out %s", opt->name,
					equals);
		return opt->parse(o, NULL, c);
	}
	if (equals)
		return opt->parse(o, equals + 1, c);
	if (opt->argument[0] == '[') /* optional, so only after an = */
		return opt->parse(o, NULL, c);
	if (*at + 1 >= argc)
		return complain(c, -EINVAL, "--%s needs a value: --%s %s", opt->name, opt->name,
				opt->argument);
	return opt->parse(o, argv[++*at], c);
}

/* "-qv", "-m64M" or "-m 64M". */
static int take_short(struct options *o, int argc, char **argv, int *at, struct complaint *c)
{
	const char *p;

	for (p = argv[*at] + 1; *p; p++) {
		const struct option *opt = find_short(*p);
		int err;

		if (!opt)
			return complain(c, -EINVAL,
					"unknown option -%c: lguest run --help lists them", *p);
		if (opt->argument) {
			if (p[1])
				return opt->parse(o, p + 1, c);
			if (*at + 1 >= argc)
				return complain(c, -EINVAL, "-%c needs a value: -%c %s", *p, *p,
						opt->argument);
			return opt->parse(o, argv[++*at], c);
		}
		err = opt->parse(o, NULL, c);
		if (err)
			return err;
	}
	return 0;
}

static int take_kernel(struct options *o, const char *word, struct complaint *c)
{
	if (o->kernel)
		return complain(c, -EINVAL,
				"two kernels, %s and %s:"
				" put arguments for the kernel behind --",
				o->kernel, word);
	o->kernel = word;
	return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct complaint *c)
{
	int at, err = 0;

	*o = (struct options){ .ram_bytes = OPTIONS_DEFAULT_RAM,
			       .cmdline = "",
			       .console = "stdio",
			       .level = LOG_NORMAL };
	for (at = 0; at < argc && !err; at++) {
		char *word = argv[at];

		if (!strcmp(word, "--")) {
			o->args = argv + at + 1;
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			err = take_long(o, argc, argv, &at, c);
		else if (word[0] == '-' && word[1])
			err = take_short(o, argc, argv, &at, c);
		else
			err = take_kernel(o, word, c);
	}
	if (!err && o->gdb && o->doctor)
		err = complain(c, -EINVAL,
			       "--gdb and --doctor both step the guest: use one at a time");
	if (!err && !o->kernel && !o->help)
		err = complain(c, -EINVAL, "no kernel given: lguest run [options] KERNEL");
	return err;
}
