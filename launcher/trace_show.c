/* SPDX-License-Identifier: MIT */
/*
 * L:505 lguest trace FILE: what --trace wrote, for people and other programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debug/trace.h"
#include "launcher/image.h"
#include "launcher/options.h"
#include "launcher/run.h"
#include "launcher/trace.h"

static const char help[] =
	"usage: lguest trace [options] FILE\n\n"
	"Shows what lguest run --trace FILE wrote: one line for each event, its time in\n"
	"seconds since the guest started, the space it happened in, the task.\n\n"
	"  --kind LIST       only these: hcall trap irq switch map flush halt kick mark\n"
	"                    patch rebase device fault enter task lost raise take give boot end\n"
	"  --from S, --to S  only what happened in this time\n"
	"  --address A[-B]   only what concerns this guest address, or one in the range\n"
	"  --space N         only what happened in this space\n"
	"  --grep TEXT       only lines with this text\n"
	"  --summary         counts, rates, who had the CPU, how long interrupts waited\n"
	"  --json            for ui.perfetto.dev or about:tracing\n"
	"  --kernel FILE     take symbols from here, not from the kernel that ran\n"
	"  -o FILE           write to FILE\n";

struct request {
	const char *file, *kernel, *output, *grep;
	int summary, json;
	struct trace_filter filter;
};

static int number(const char *text, u32 *value)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(text, &end, 0);
	if (errno || end == text || *end || v > UINT32_MAX || *text == '-')
		return -EINVAL;
	*value = (u32)v;
	return 0;
}

static int take_address(struct request *r, char *text, struct complaint *c)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash++ = 0;
	r->filter.by_address = true;
	if (number(text, &r->filter.low) || (dash && number(dash, &r->filter.high)))
		return complain(c, -EINVAL,
				"trace: --address: not an address: --address 0xc0100000 or "
				"0xc0100000-0xc01fffff");
	if (!dash)
		r->filter.high = r->filter.low;
	return 0;
}

static int take_seconds(double *to, const char *name, const char *text, struct complaint *c)
{
	u64 ns;

	if (options_seconds(text, &ns))
		return complain(c, -EINVAL, "trace: %s %s: not a time: write seconds, like 0.25",
				name, text);
	*to = (double)ns / 1e9;
	return 0;
}

static int take_value(struct request *r, const char *name, char *value, struct complaint *c)
{
	const char *bad;

	if (!strcmp(name, "--kind")) {
		if (trace_filter_kinds(&r->filter, value, &bad))
			return 0;
		return complain(c, -EINVAL,
				"trace: --kind: no kind \"%s\": lguest trace --help lists "
				"them",
				bad);
	}
	if (!strcmp(name, "--from"))
		return take_seconds(&r->filter.from, name, value, c);
	if (!strcmp(name, "--to"))
		return take_seconds(&r->filter.to, name, value, c);
	if (!strcmp(name, "--address"))
		return take_address(r, value, c);
	if (!strcmp(name, "--space")) {
		r->filter.by_space = true;
		if (!number(value, &r->filter.space))
			return 0;
		return complain(c, -EINVAL, "trace: --space %s: not a number", value);
	}
	if (!strcmp(name, "--grep"))
		r->grep = value;
	else if (!strcmp(name, "--kernel"))
		r->kernel = value;
	else if (!strcmp(name, "-o"))
		r->output = value;
	else
		return complain(c, -EINVAL,
				"trace: unknown option %s: lguest trace --help lists them", name);
	return 0;
}

static int parse(struct request *r, int argc, char **argv, struct complaint *c)
{
	int i;

	trace_filter_init(&r->filter);
	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--summary")) {
			r->summary = 1;
		} else if (!strcmp(argv[i], "--json")) {
			r->json = 1;
		} else if (argv[i][0] == '-') {
			if (i + 1 == argc)
				return complain(c, -EINVAL,
						"trace: %s: unknown, or needs a value: "
						"lguest trace --help",
						argv[i]);
			if (take_value(r, argv[i], argv[i + 1], c))
				return -EINVAL;
			i++;
		} else if (r->file) {
			return complain(c, -EINVAL, "trace: two files, %s and %s: give one",
					r->file, argv[i]);
		} else {
			r->file = argv[i];
		}
	}
	if (!r->file)
		return complain(c, -EINVAL, "trace: give the file that lguest run --trace wrote");
	if (r->summary && r->json)
		return complain(c, -EINVAL, "trace: --summary or --json: give one");
	return 0;
}

/* The whole file, privately: a guest may still be writing it. */
static int map_file(const char *name, void **map, size_t *len, struct complaint *c)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return complain(c, -errno, "trace: %s: %s: is the name right?", name,
				strerror(errno));
	*len = (size_t)st.st_size;
	*map = S_ISREG(st.st_mode) && *len ? mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0) :
					     MAP_FAILED;
	close(fd);
	if (*map == MAP_FAILED)
		return complain(c, -EINVAL, "trace: %s: empty, or not a file", name);
	return 0;
}

int kernel_file(const char *path)
{
	struct complaint c = { "" };
	u64 size;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	u8 magic[2];

	if (fd >= 0 && pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b &&
	    gunzip_fd(path, &fd, &size, 0, IMAGE_UNPACK_MAX, &c)) {
		close(fd);
		return -1;
	}
	return fd;
}

static struct symbols *symbols(const struct request *r, const struct trace_file *t)
{
	static const struct trace_header any;
	const char *path = r->kernel ? r->kernel : t->path, *note = strerror(ENOENT);
	int fd = kernel_file(path);
	struct symbols *sy = NULL;

	if (fd >= 0)
		sy = trace_symbols(r->kernel ? &any : &t->head, fd, &note);
	if (fd >= 0)
		close(fd);
	if (!sy)
		log_warn("trace: no symbols: %s: %s: --kernel FILE says where they are", path,
			 note);
	return sy;
}

/* Lines with the text only. */
static void grep(const struct trace_file *t, struct trace_show *show, const char *wanted)
{
	FILE *out = show->to, *lines = tmpfile();
	char *line = NULL;
	size_t size = 0;

	if (!lines)
		return;
	show->to = lines;
	trace_print(t, show);
	rewind(lines);
	while (getline(&line, &size, lines) > 0)
		if (strstr(line, wanted))
			fputs(line, out);
	free(line);
	fclose(lines);
	show->to = out;
}

static int show(const struct request *r, const struct trace_file *t, struct complaint *c)
{
	FILE *to = r->output ? fopen(r->output, "we") : stdout;
	struct trace_show s = { .filter = &r->filter, .to = to };

	if (!to)
		return complain(c, -errno, "trace: -o %s: %s", r->output, strerror(errno));
	s.colours = !r->output && isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (!r->summary)
		s.symbols = symbols(r, t);
	if (r->summary)
		trace_summary(t, &s);
	else if (r->json)
		trace_json(t, &s);
	else if (r->grep)
		grep(t, &s, r->grep);
	else
		trace_print(t, &s);
	trace_symbols_close(s.symbols);
	if (to != stdout && fclose(to))
		return complain(c, -errno, "trace: -o %s: %s: it is incomplete", r->output,
				strerror(errno));
	fflush(stdout);
	trace_notes(t, stderr);
	return 0;
}

int trace_command(int argc, char **argv)
{
	struct request r = { 0 };
	struct complaint c = { "" };
	struct trace_file t;
	char why[128];
	size_t len = 0;
	void *map = NULL;

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))) {
		fputs(help, stdout);
		return STATUS_OK;
	}
	if (parse(&r, argc, argv, &c) || map_file(r.file, &map, &len, &c))
		goto failed;
	if (trace_parse(&t, map, len, why, sizeof(why))) {
		complain(&c, -EINVAL, "trace: %s: %s", r.file, why);
		goto failed;
	}
	if (show(&r, &t, &c))
		goto failed;
	munmap(map, len);
	return STATUS_OK;
failed:
	log_error("%s", c.text);
	return STATUS_FAILED;
}
