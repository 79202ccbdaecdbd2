/* SPDX-License-Identifier: MIT */
/*
 * mkroot: make the archive of a ramdisk from a description.
 *
 *	mkroot [-t mtime] -o root.img description...
 *
 * Lines of a description:
 *	dir MODE PATH
 *	file MODE PATH SOURCE
 *	# comment
 * MODE is octal; an "a" or "l" before it makes a file append-only or
 * exclusive.  Directories not described are made 0755.  A path described
 * twice takes the later line.  The result depends on nothing but the
 * descriptions, the sources' contents and -t (seconds since the epoch).
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nine/include/u.h"
#include "nine/include/rootimg.h"

#define DMDIR		0x80000000u
#define DMAPPEND	0x40000000u
#define DMEXCL		0x20000000u
#define DEFAULT_MTIME	1767225600u	/* 2026-01-01: any will do, if it is constant */
#define MAX_IMAGE	0x7fffffffu

struct entry {
	char *path;
	char *source;			/* NULL: a directory */
	uint32_t mode;
	uint8_t *bytes;
	size_t size;
};

static struct entry *entries;
static size_t num_entries;
static const char *out_name;

__attribute__((noreturn, format(printf, 1, 2)))
static void die(const char *fmt, ...)
{
	va_list args;

	fputs("mkroot: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	if (out_name)
		unlink(out_name);
	exit(1);
}

static void *need(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

static int bad_path(const char *p)
{
	if (!*p || strlen(p) >= ROOTMAXPATH)
		return 1;
	while (*p) {
		size_t n = strcspn(p, "/");

		if (n == 0 || n > 255 || (n == 1 && *p == '.') || (n == 2 && !strncmp(p, "..", n)))
			return 1;
		p += n;
		if (*p == '/' && !*++p)
			return 1;
	}
	return 0;
}

static struct entry *find(const char *path)
{
	for (size_t i = 0; i < num_entries; i++)
		if (!strcmp(entries[i].path, path))
			return &entries[i];
	return NULL;
}

static struct entry *add(const char *path)
{
	struct entry *e = find(path);

	if (e)
		return e;
	entries = need(realloc(entries, (num_entries + 1) * sizeof(*entries)));
	e = &entries[num_entries++];
	memset(e, 0, sizeof(*e));
	e->path = need(strdup(path));
	e->mode = DMDIR | 0755;
	return e;
}

static void add_parents(const char *path, const char *where, int line)
{
	char *p = need(strdup(path));
	struct entry *e;

	for (char *s = p; (s = strchr(s, '/')); s++) {
		*s = 0;
		e = add(p);
		if (!(e->mode & DMDIR))
			die("%s:%d: %s is a file", where, line, p);
		*s = '/';
	}
	free(p);
}

static uint32_t parse_mode(const char *s, const char *where, int line)
{
	uint32_t mode = 0;
	char *end;

	for (; *s == 'a' || *s == 'l'; s++)
		mode |= *s == 'a' ? DMAPPEND : DMEXCL;
	mode |= (uint32_t)strtoul(s, &end, 8);
	if (!*s || *end || (mode & 0x1fffffff) > 0777)
		die("%s:%d: bad mode", where, line);
	return mode;
}

static void parse_line(char *text, const char *where, int line)
{
	char *words[5], *save = NULL;
	int n = 0;
	struct entry *e;
	uint32_t mode;
	int dir;

	for (char *w = strtok_r(text, " \t\n", &save); w && n < 5; w = strtok_r(NULL, " \t\n", &save))
		words[n++] = w;
	if (n == 0 || words[0][0] == '#')
		return;
	dir = !strcmp(words[0], "dir");
	if ((!dir || n != 3) && (strcmp(words[0], "file") || n != 4))
		die("%s:%d: want \"dir MODE PATH\" or \"file MODE PATH SOURCE\"", where, line);
	mode = parse_mode(words[1], where, line);
	if (bad_path(words[2]))
		die("%s:%d: bad path '%s'", where, line, words[2]);
	add_parents(words[2], where, line);
	e = find(words[2]);
	if (e && !(e->mode & DMDIR) != !dir)
		die("%s:%d: %s was of the other kind before", where, line, words[2]);
	e = add(words[2]);
	e->mode = dir ? DMDIR | mode : mode;
	free(e->source);
	e->source = dir ? NULL : need(strdup(words[3]));
}

static void read_description(const char *name)
{
	char text[4096];
	FILE *f = fopen(name, "r");
	int line = 0;

	if (!f)
		die("%s: cannot open: %s", name, strerror(errno));
	while (fgets(text, sizeof(text), f)) {
		line++;
		if (!strchr(text, '\n') && !feof(f))
			die("%s:%d: line too long", name, line);
		parse_line(text, name, line);
	}
	if (ferror(f))
		die("%s: cannot read: %s", name, strerror(errno));
	fclose(f);
}

static void read_source(struct entry *e)
{
	FILE *f = fopen(e->source, "rb");
	size_t n;

	if (!f)
		die("%s: cannot open: %s", e->source, strerror(errno));
	do {
		e->bytes = need(realloc(e->bytes, e->size + 65536));
		n = fread(e->bytes + e->size, 1, 65536, f);
		e->size += n;
		if (e->size > MAX_IMAGE)
			die("%s: too big", e->source);
	} while (n > 0);
	if (ferror(f))
		die("%s: cannot read: %s", e->source, strerror(errno));
	fclose(f);
}

/* by path with '/' first of all characters: a directory precedes its contents */
static int by_path(const void *a, const void *b)
{
	const char *p = ((const struct entry *)a)->path;
	const char *q = ((const struct entry *)b)->path;

	while (*p && *p == *q) {
		p++;
		q++;
	}
	return (*p == '/' ? 1 : (uint8_t)*p) - (*q == '/' ? 1 : (uint8_t)*q);
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static void put_word(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put_entry(uint8_t *p, const struct entry *e, uint32_t path, uint32_t offset,
		      uint32_t mtime)
{
	put_word(p + offsetof(Rootent, path), path);
	put_word(p + offsetof(Rootent, mode), e->mode);
	put_word(p + offsetof(Rootent, mtime), mtime);
	put_word(p + offsetof(Rootent, offset), e->size ? offset : 0);
	put_word(p + offsetof(Rootent, length), (uint32_t)e->size);
}

static uint8_t *build(uint32_t mtime, size_t *size)
{
	uint64_t names = sizeof(Roothdr) + num_entries * sizeof(Rootent);
	uint64_t data = names, end;
	uint8_t *im;

	for (size_t i = 0; i < num_entries; i++)
		data += strlen(entries[i].path) + 1;
	end = data = round_up(data, ROOTPAGE);
	for (size_t i = 0; i < num_entries; i++)
		end += round_up(entries[i].size, ROOTPAGE);
	if (end > MAX_IMAGE)
		die("%s: the image would be %llu bytes", out_name, (unsigned long long)end);

	im = need(calloc(1, end));
	memcpy(im, ROOTMAGIC, sizeof(((Roothdr *)0)->magic));
	put_word(im + offsetof(Roothdr, version), ROOTVERSION);
	put_word(im + offsetof(Roothdr, count), (uint32_t)num_entries);
	put_word(im + offsetof(Roothdr, entries), (uint32_t)sizeof(Roothdr));
	put_word(im + offsetof(Roothdr, size), (uint32_t)end);
	for (size_t i = 0; i < num_entries; i++) {
		const struct entry *e = &entries[i];

		put_entry(im + sizeof(Roothdr) + i * sizeof(Rootent), e, (uint32_t)names,
			  (uint32_t)data, mtime);
		strcpy((char *)im + names, e->path);
		names += strlen(e->path) + 1;
		if (e->size)
			memcpy(im + data, e->bytes, e->size);
		data += round_up(e->size, ROOTPAGE);
	}
	*size = end;
	return im;
}

static void write_image(const uint8_t *im, size_t size)
{
	FILE *f = fopen(out_name, "wb");

	if (!f) {
		const char *name = out_name;

		out_name = NULL;
		die("%s: cannot create: %s", name, strerror(errno));
	}
	if ((fwrite(im, 1, size, f) != size) | fclose(f))
		die("%s: cannot write: %s", out_name, strerror(errno));
}

int main(int argc, char **argv)
{
	uint32_t mtime = DEFAULT_MTIME;
	const char *out = NULL;
	uint8_t *im;
	size_t size;
	int c;

	while ((c = getopt(argc, argv, "t:o:")) != -1) {
		if (c == 't')
			mtime = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'o')
			out = optarg;
		else
			break;
	}
	if (c != -1 || !out || optind == argc) {
		fputs("usage: mkroot [-t mtime] -o root.img description...\n", stderr);
		return 1;
	}
	for (; optind < argc; optind++)
		read_description(argv[optind]);
	for (size_t i = 0; i < num_entries; i++)
		if (entries[i].source)
			read_source(&entries[i]);
	qsort(entries, num_entries, sizeof(*entries), by_path);
	out_name = out;
	im = build(mtime, &size);
	write_image(im, size);
	for (size_t i = 0; i < num_entries; i++) {
		free(entries[i].path);
		free(entries[i].source);
		free(entries[i].bytes);
	}
	free(entries);
	free(im);
	return 0;
}
