/* SPDX-License-Identifier: MIT */
/*
 * results.svg: for each test a bar per system, as long as the logarithm of its
 * time against native's; below, what has no native counterpart, each row to
 * its own scale.  Colours and greys are readable on white and on black.
 */
#include "driver.h"

#include <math.h>

#define LEFT 130	/* names of the rows */
#define WIDTH 560	/* of the longest bar */
#define RIGHT 90	/* the number behind it */
#define BAR 11
#define GAP 12		/* between rows */
#define TOP 64

#define LEAST 0.5	/* ends of the logarithmic axis */
#define MOST 1000.0

static const enum system shown[] = { NINE, NINE_TRAP, TCG, UML };
#define SHOWN ((int)(sizeof(shown) / sizeof(*shown)))

static const char *const colours[SYSTEMS] = {
	[NINE] = "#2f9e5b", [NINE_TRAP] = "#86b84a", [TCG] = "#4f86d8", [UML] = "#d9822b",
};

/* UML runs 64-bit programs, so it is compared with those. */
static double against_native(const struct row *r, enum system s)
{
	double native = result(r, s == UML ? NATIVE64 : NATIVE);

	return result(r, s) / native;
}

static double log_x(double ratio)
{
	double x = log(ratio / LEAST) / log(MOST / LEAST);

	return LEFT + WIDTH * fmin(fmax(x, 0), 1);
}

static void bar(FILE *f, double from, double to, int y, enum system s)
{
	double left = fmin(from, to), width = fmax(fabs(to - from), 1.5);

	fprintf(f, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"1.5\" fill=\"%s\"/>\n", left, y, width,
		BAR - 2, colours[s]);
}

static void label(FILE *f, double x, int y, const char *class, const char *fmt, double v)
{
	fprintf(f, "<text x=\"%.1f\" y=\"%d\" class=\"%s\">", x, y, class);
	fprintf(f, fmt, v);
	fprintf(f, "</text>\n");
}

static int row_height(const struct row *r)
{
	int n = 0;

	for (int i = 0; i < SHOWN; i++)
		n += !isnan(result(r, shown[i]));
	return n * BAR;
}

static bool has_ratio(const struct row *r)
{
	return !isnan(result(r, NATIVE)) && row_height(r) > 0;
}

static void name_row(FILE *f, const struct row *r, int y)
{
	fprintf(f, "<text x=\"%d\" y=\"%d\" class=\"n\">%s</text>\n", LEFT - 8, y + row_height(r) / 2 + 4, r->name);
}

static int ratio_row(FILE *f, const struct row *r, int y)
{
	name_row(f, r, y);
	for (int i = 0; i < SHOWN; i++) {
		double v = against_native(r, shown[i]), x = log_x(v);

		if (isnan(result(r, shown[i])))
			continue;
		if (!isnan(v)) {
			bar(f, log_x(1), x, y, shown[i]);
			label(f, fmax(x, log_x(1)) + 5, y + BAR - 3, "v", v < 10 ? "%.2f" : "%.0f", v);
		}
		y += BAR;
	}
	return y + GAP;
}

static int absolute_row(FILE *f, const struct row *r, int y)
{
	double most = 1e-9;

	for (int i = 0; i < SHOWN; i++)
		most = fmax(most, result(r, shown[i]));		/* fmax passes over NAN */
	name_row(f, r, y);
	for (int i = 0; i < SHOWN; i++) {
		double v = result(r, shown[i]), x = LEFT + WIDTH * fmax(v, 0) / most;

		if (isnan(v))
			continue;
		bar(f, LEFT, x, y, shown[i]);
		label(f, x + 5, y + BAR - 3, "v", v < 10 ? "%.2f" : "%.0f", v);
		y += BAR;
	}
	return y + GAP;
}

static void axis(FILE *f, int bottom)
{
	static const double ticks[] = { 1, 10, 100, 1000 };

	for (int i = 0; i < 4; i++) {
		double x = log_x(ticks[i]);

		fprintf(f, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"%s\"/>\n", x, TOP - 6, x, bottom,
			i == 0 ? "one" : "tick");
		label(f, x, TOP - 10, "m", i == 0 ? "native = %g" : "%g", ticks[i]);
	}
}

static void head(FILE *f, int height)
{
	int width = LEFT + WIDTH + RIGHT, x = LEFT;

	fprintf(f,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
		"<title>nine on lguest, QEMU TCG and User-Mode Linux against native execution</title>\n"
		"<style>text{font:12px system-ui,sans-serif;fill:#737b86}"
		".n{text-anchor:end}.m{text-anchor:middle;font-size:11px}.v{font-size:10px}.h{font-weight:600}"
		".tick{stroke:#8b949e;stroke-opacity:.35}.one{stroke:#8b949e}"
		"@media(prefers-color-scheme:dark){text{fill:#a3acb7}}</style>\n",
		width, height, width, height);
	fprintf(f, "<text x=\"%d\" y=\"16\" class=\"h\">Time against native (logarithmic, shorter is better)</text>\n", LEFT);
	for (int i = 0; i < SHOWN; i++) {
		bar(f, x, x + 10, 24, shown[i]);
		fprintf(f, "<text x=\"%d\" y=\"33\">%s</text>\n", x + 15, system_titles[shown[i]]);
		x += 130;
	}
}

void write_svg(FILE *f)
{
	int ratios = TOP, bottom, y = TOP;

	for (int i = 0; i < row_count; i++)
		if (has_ratio(&rows[i]))
			ratios += row_height(&rows[i]) + GAP;
	bottom = ratios + 30;
	for (int i = 0; i < row_count; i++)
		if (!has_ratio(&rows[i]) && row_height(&rows[i]) > 0)
			bottom += row_height(&rows[i]) + GAP;
	head(f, bottom);
	axis(f, ratios - GAP);
	for (int i = 0; i < row_count; i++)
		if (has_ratio(&rows[i]))
			y = ratio_row(f, &rows[i], y);
	fprintf(f, "<text x=\"%d\" y=\"%d\" class=\"h\">Absolute, each row to its own scale</text>\n", LEFT, y + 10);
	y += 22;
	for (int i = 0; i < row_count; i++)
		if (!has_ratio(&rows[i]) && row_height(&rows[i]) > 0)
			y = absolute_row(f, &rows[i], y);
	fprintf(f, "</svg>\n");
}
