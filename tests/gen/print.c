/* SPDX-License-Identifier: MIT */
#include <stdarg.h>

#include "tests/gen/gen.h"

static char line[256];
static u32 len;
static int have_console;
u32 failures;

static void flush(void)
{
	line[len] = 0;
	if (have_console)
		console_write(line, len);
	else
		early_write(line);
	len = 0;
}

static void put(char c)
{
	line[len++] = c;
	if (c == '\n' || len == sizeof(line) - 1)
		flush();
}

static void number(u32 v, u32 radix)
{
	char digits[12];
	u32 n = 0;

	do
		digits[n++] = "0123456789abcdef"[v % radix];
	while (v /= radix);
	while (n)
		put(digits[--n]);
}

static void vprint(const char *fmt, va_list ap)
{
	const char *s;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		switch (*++fmt) {
		case 's':
			for (s = va_arg(ap, const char *); *s; s++)
				put(*s);
			break;
		case 'u':
		case 'd':
			number(va_arg(ap, u32), 10);
			break;
		case 'x':
			number(va_arg(ap, u32), 16);
			break;
		case 'c':
			put((char)va_arg(ap, int));
			break;
		}
	}
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
}

void check(int good, const char *fmt, ...)
{
	va_list ap;

	if (good)
		return;
	failures++;
	print("FAIL ");
	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
	print("\n");
}

/* From early text to the real console. */
void use_console(void);
void use_console(void)
{
	console_init();
	have_console = 1;
}

int argument(const char *name)
{
	const char *p = cmdline;
	u32 n = 0;

	while (name[n])
		n++;
	for (; *p; p++)
		if ((p == cmdline || p[-1] == ' ') && !memcmp(p, name, n) && p[n] == '=') {
			int v = 0;

			for (p += n + 1; *p >= '0' && *p <= '9'; p++)
				v = v * 10 + (*p - '0');
			return v;
		}
	return -1;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *ret = to;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
	return ret;
}

void *memset(void *to, int c, size_t n)
{
	void *ret = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
	return ret;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}
