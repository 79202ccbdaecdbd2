// SPDX-License-Identifier: MIT
/*
 * print: %d %u %x %s %c, widths and zero padding; and the three functions
 * the compiler wants to exist.
 */
#include "kit.h"

struct line {
	unsigned len;
	char text[128];
};

static void put(struct line *l, char c)
{
	l->text[l->len++] = c;
	if (l->len == sizeof(l->text)) {
		console_write(l->text, l->len);
		l->len = 0;
	}
}

static void put_number(struct line *l, uint32_t n, unsigned base, unsigned width, char pad)
{
	char digits[12];
	unsigned len = 0;

	do {
		digits[len++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	for (; width > len; width--)
		put(l, pad);
	while (len)
		put(l, digits[--len]);
}

static void put_int(struct line *l, int n, unsigned width, char pad)
{
	if (n < 0) {
		put(l, '-');
		put_number(l, 0u - (uint32_t)n, 10, width ? width - 1 : 0, pad);
	} else {
		put_number(l, (uint32_t)n, 10, width, pad);
	}
}

static void put_string(struct line *l, const char *s)
{
	while (*s)
		put(l, *s++);
}

void vprint(const char *fmt, va_list ap)
{
	struct line l = { .len = 0 };

	for (; *fmt; fmt++) {
		unsigned width = 0;
		char pad = ' ';

		if (*fmt != '%') {
			put(&l, *fmt);
			continue;
		}
		if (*++fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (unsigned)(*fmt - '0');
		switch (*fmt) {
		case 'd':
			put_int(&l, va_arg(ap, int), width, pad);
			break;
		case 'u':
			put_number(&l, va_arg(ap, unsigned), 10, width, pad);
			break;
		case 'x':
			put_number(&l, va_arg(ap, unsigned), 16, width, pad);
			break;
		case 's':
			put_string(&l, va_arg(ap, const char *));
			break;
		case 'c':
			put(&l, (char)va_arg(ap, int));
			break;
		case 0:
			fmt--;
			break;
		default:
			put(&l, *fmt);
		}
	}
	console_write(l.text, l.len);
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
}

void *memcpy(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int c, size_t n)
{
	char *t = to;

	while (n--)
		*t++ = (char)c;
	return to;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return (size_t)(p - s);
}
