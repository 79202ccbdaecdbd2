/* SPDX-License-Identifier: MIT */
/*
 * P:210 Packets of the gdb remote protocol: $data#checksum, acknowledged by + or
 * asked for again by -.  What comes in is anybody's: a request is at most
 * GDB_PACKET long, and one that is broken is answered with -.
 */
#include <stdarg.h>
#include <string.h>

#include "debug/gdb_impl.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* --- Out ---------------------------------------------------------------------- */

/* A client that asks and asks and never reads is not one. */
static void emit(struct gdb *g, const void *bytes, size_t len)
{
	if (len > sizeof(g->out) - g->nout) {
		g->gone = true;
		return;
	}
	memcpy(g->out + g->nout, bytes, len);
	g->nout += len;
}

void gdb_reply(struct gdb *g)
{
	u8 sum = 0;
	char tail[4];
	size_t n = 0;

	g->last[n++] = '$';
	for (size_t i = 0; i < g->reply; i++)
		sum = (u8)(sum + (g->last[n++] = g->text[i]));
	snprintf(tail, sizeof(tail), "#%02x", sum);
	memcpy(g->last + n, tail, 3);
	g->nlast = n + 3;
	g->reply = 0;
	emit(g, g->last, g->nlast);
}

void gdb_say(struct gdb *g, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(g->text + g->reply, sizeof(g->text) - g->reply, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(g->text) - g->reply)
		g->reply += (size_t)n;
}

void gdb_say_hex(struct gdb *g, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const u8 *b = bytes;

	for (size_t i = 0; i < len && g->reply + 2 <= sizeof(g->text); i++) {
		g->text[g->reply++] = digits[b[i] >> 4];
		g->text[g->reply++] = digits[b[i] & 15];
	}
}

void gdb_answer(struct gdb *g, const char *text)
{
	g->reply = 0;
	gdb_say(g, "%s", text);
	gdb_reply(g);
}

/* Text for the user's eyes, in as many packets as it takes. */
void gdb_console(struct gdb *g, const char *text, size_t len)
{
	while (len && !g->gone) {
		size_t n = len < GDB_PACKET / 2 - 1 ? len : GDB_PACKET / 2 - 1;

		g->reply = 0;
		gdb_say(g, "O");
		gdb_say_hex(g, text, n);
		gdb_reply(g);
		text += n;
		len -= n;
	}
}

/* --- In ----------------------------------------------------------------------- */

static void forget(struct gdb *g, size_t len)
{
	memmove(g->in, g->in + len, g->nin - len);
	g->nin -= len;
}

/* Undo the escapes of binary data, in place. */
static size_t unescape(char *p, size_t len)
{
	size_t to = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '}' && i + 1 < len)
			p[to++] = (char)(p[++i] ^ 0x20);
		else
			p[to++] = p[i];
	}
	return to;
}

static bool sum_is_right(const char *body, size_t len, const char *digits)
{
	int hi = hex_digit(digits[0]), lo = hex_digit(digits[1]);
	u8 sum = 0;

	for (size_t i = 0; i < len; i++)
		sum = (u8)(sum + (u8)body[i]);
	return hi >= 0 && lo >= 0 && sum == hi * 16 + lo;
}

/* What is not inside a packet: acknowledgements, Ctrl-C, noise. */
static void skip_to_packet(struct gdb *g)
{
	size_t n = 0;

	for (; n < g->nin && g->in[n] != '$'; n++) {
		if (g->in[n] == 3)
			g->interrupt = true;
		else if (g->in[n] == '-' && !g->noack && g->nlast)
			emit(g, g->last, g->nlast);
	}
	if (n)
		forget(g, n);
}

/*
 * The packet stays where it is until gdb_drop_taken; so a request lasts while
 * it is answered.  Its length is noted where its $ was.
 */
bool gdb_take(struct gdb *g, struct packet *pk)
{
	char *hash;
	size_t len;
	bool right;

	for (;;) {
		skip_to_packet(g);
		hash = g->nin ? memchr(g->in, '#', g->nin) : NULL;
		if (!hash || (size_t)(hash - g->in) + 3 > g->nin) {
			if (g->nin == sizeof(g->in))
				g->gone = true;	/* no packet is that long */
			return false;
		}
		len = (size_t)(hash - g->in) - 1;
		right = g->noack || sum_is_right(g->in + 1, len, hash + 1);
		if (!g->noack)
			emit(g, right ? "+" : "-", 1);
		if (right && len <= GDB_PACKET)
			break;
		forget(g, len + 4);
	}
	pk->p = g->in + 1;
	pk->end = pk->p + unescape(g->in + 1, len);
	g->taken = len + 4;
	return true;
}

void gdb_drop_taken(struct gdb *g)
{
	forget(g, g->taken);
	g->taken = 0;
}

bool take_char(struct packet *pk, char c)
{
	if (pk->p == pk->end || *pk->p != c)
		return false;
	pk->p++;
	return true;
}

/* One to eight digits: more is no address of ours. */
bool take_hex(struct packet *pk, u32 *value)
{
	int n = 0;

	*value = 0;
	for (; pk->p < pk->end && hex_digit(*pk->p) >= 0; pk->p++) {
		if (*value >> 28)
			return false;
		*value = *value << 4 | (u32)hex_digit(*pk->p);
		n = 1;
	}
	return n;
}

bool take_bytes(struct packet *pk, u8 *to, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int hi, lo;

		if (pk->end - pk->p < 2)
			return false;
		hi = hex_digit(pk->p[0]);
		lo = hex_digit(pk->p[1]);
		if (hi < 0 || lo < 0)
			return false;
		to[i] = (u8)(hi << 4 | lo);
		pk->p += 2;
	}
	return true;
}

bool take_word(struct packet *pk, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(pk->end - pk->p) < len || memcmp(pk->p, word, len))
		return false;
	pk->p += len;
	return true;
}
