/* SPDX-License-Identifier: MIT */
/*
 * P:208 Stacks as a flame graph: each frame as wide as the samples it is in, on top
 * of its caller.  A plain picture, without scripts; a browser shows the name
 * and the count of a frame under the pointer.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/profile.h"

#define WIDTH  1200.0
#define MARGIN 10.0
#define ROW    17
#define TOP    40
#define LETTER 6.6 /* width */
#define LEAST  0.1 /* narrower is not drawn */

struct svg {
	FILE *to;
	const struct profile_stack *stacks;
	unsigned long long total;
	int height;
};

static size_t frame_length(const char *frame)
{
	return strcspn(frame, ";");
}

static int depth(const char *frames)
{
	int n = 1;

	for (; *frames; frames++)
		n += *frames == ';';
	return n;
}

static void put_text(FILE *to, const char *text, size_t len)
{
	for (; len; len--, text++) {
		if (*text == '<')
			fputs("&lt;", to);
		else if (*text == '>')
			fputs("&gt;", to);
		else if (*text == '&')
			fputs("&amp;", to);
		else
			fputc(*text, to);
	}
}

/* Warm for the kernel, green for programs, grey for the Host; a shade for each name. */
static void put_colour(FILE *to, const char *root, const char *frame, size_t len)
{
	unsigned hash = 5381;

	for (size_t i = 0; i < len; i++)
		hash = hash * 33 + (unsigned char)frame[i];
	hash %= 60;
	if (*frame == '[')
		fprintf(to, "rgb(%u,%u,%u)", 170 + hash, 170 + hash, 175 + hash);
	else if (*root == 'u')
		fprintf(to, "rgb(%u,%u,%u)", 90 + hash, 180 + hash, 100 + hash / 2);
	else
		fprintf(to, "rgb(%u,%u,%u)", 225 + hash / 2, 110 + hash * 2, 55 + hash / 2);
}

static void put_frame(struct svg *s, const char *root, const char *frame, double x, double width,
		      int row, unsigned long long count)
{
	size_t len = frame_length(frame), shown = len;
	int y = s->height - (row + 2) * ROW;

	fprintf(s->to, "<g><title>");
	put_text(s->to, frame, len);
	fprintf(s->to,
		": %llu samples, %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
		"height=\"%d\" fill=\"",
		count, (double)count * 100 / (double)s->total, x, y, width, ROW - 1);
	put_colour(s->to, root, frame, len);
	fputs("\" rx=\"2\"/>", s->to);
	if ((double)shown * LETTER > width - 6)
		shown = width > 6 ? (size_t)((width - 6) / LETTER) : 0;
	if (shown >= 3 || shown == len) {
		fprintf(s->to, "<text x=\"%.1f\" y=\"%d\">", x + 3, y + 12);
		put_text(s->to, frame, shown);
		fputs("</text>", s->to);
	}
	fputs("</g>\n", s->to);
}

/*
 * The stacks [from, to) have all frames below row in common; at is where the
 * frame of this row begins in each.  Depth is bounded by profile.c's DEPTH.
 */
static void draw(struct svg *s, size_t from, size_t to, size_t at, int row, double x)
{
	while (from < to) {
		const char *frames = s->stacks[from].frames;
		size_t len, end = from;
		unsigned long long count = 0;
		double width;

		if (strlen(frames) <= at) { /* it ends below */
			x += (double)s->stacks[from++].count * WIDTH / (double)s->total;
			continue;
		}
		len = frame_length(frames + at);
		while (end < to && strlen(s->stacks[end].frames) > at &&
		       frame_length(s->stacks[end].frames + at) == len &&
		       !memcmp(s->stacks[end].frames + at, frames + at, len))
			count += s->stacks[end++].count;
		width = (double)count * WIDTH / (double)s->total;
		if (width >= LEAST) {
			put_frame(s, frames, frames + at, MARGIN + x, width, row, count);
			draw(s, from, end, at + len + 1, row + 1, x);
		}
		x += width;
		from = end;
	}
}

void profile_svg(struct profile_stacks *p, const char *title, FILE *to)
{
	struct svg s = { .to = to };
	size_t n = profile_merged(p, &s.stacks);
	int deepest = 1;

	for (size_t i = 0; i < n; i++) {
		s.total += s.stacks[i].count;
		if (depth(s.stacks[i].frames) > deepest)
			deepest = depth(s.stacks[i].frames);
	}
	s.height = TOP + (deepest + 2) * ROW;
	fprintf(to,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
		"xmlns=\"http://www.w3.org/2000/svg\" "
		"width=\"%.0f\" height=\"%d\" font-family=\"monospace\" font-size=\"11\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fffdf5\"/>\n"
		"<text x=\"%.0f\" y=\"22\" font-size=\"15\">",
		WIDTH + 2 * MARGIN, s.height, MARGIN);
	put_text(to, title, strlen(title));
	fprintf(to, ": %llu samples</text>\n", s.total);
	if (s.total)
		draw(&s, 0, n, 0, 0, 0);
	fputs("</svg>\n", to);
}
