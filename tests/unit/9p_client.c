/* SPDX-License-Identifier: MIT */
#include "tests/unit/cm.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/9p_client.h"

const char *client_path(struct client *c, const char *name)
{
	static char path[4][512];
	static unsigned n;
	char *p = path[n++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", c->dir, name);
	return p;
}

void client_put(struct client *c, const char *name, const char *text)
{
	FILE *f = fopen(client_path(c, name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

void client_start(struct client *c, int read_only)
{
	int fd;

	memset(c, 0, sizeof(*c));
	strcpy(c->dir, "/tmp/lguest-9p-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	umask(0);
	client_put(c, "hello", "hello, world\n");
	assert_int_equal(mkdir(client_path(c, "d"), 0755), 0);
	assert_int_equal(mkdir(client_path(c, "d/e"), 0755), 0);
	client_put(c, "d/e/deep", "deep\n");
	fd = open(c->dir, O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	c->s = p9_new(fd, read_only);
	assert_non_null(c->s);
}

void client_stop(struct client *c)
{
	char command[128];

	p9_free(c->s);
	snprintf(command, sizeof(command), "rm -rf %s", c->dir);
	assert_int_equal(system(command), 0);
}

void client_attach(struct client *c, int read_only)
{
	client_start(c, read_only);
	assert_true(client_call(c, P9_TVERSION, "4s", 65536, "9P2000"));
	assert_true(client_call(c, P9_TATTACH, "44ss", ROOT, P9_NOFID, "glenda", ""));
}

static void put(struct client *c, u64 value, unsigned bytes)
{
	unsigned i;

	for (i = 0; i < bytes; i++)
		c->t[c->tlen++] = (u8)(value >> (8 * i));
}

static void put_bytes(struct client *c, const void *from, size_t len)
{
	memcpy(c->t + c->tlen, from, len);
	c->tlen += (u32)len;
}

static void make(struct client *c, u8 type, const char *fmt, va_list ap)
{
	u32 len;

	c->tlen = 4;
	put(c, type, 1);
	put(c, type == P9_TVERSION ? P9_NOTAG : 7, 2);
	for (; *fmt; fmt++) {
		const char *s;

		if (*fmt == 's' || *fmt == 'd') {
			s = va_arg(ap, const char *);
			if (*fmt == 's')
				put(c, strlen(s), 2);
			put_bytes(c, s, *fmt == 's' ? strlen(s) : va_arg(ap, size_t));
		} else if (*fmt == '8')
			put(c, va_arg(ap, u64), 8);
		else
			put(c, va_arg(ap, u32), (unsigned)(*fmt - '0'));
	}
	len = c->tlen;
	c->tlen = 0;
	put(c, len, 4);
	c->tlen = len;
}

void client_make(struct client *c, u8 type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	make(c, type, fmt, ap);
	va_end(ap);
}

u64 client_get(struct client *c, unsigned bytes)
{
	u64 value = 0;
	unsigned i;

	assert_true(c->at + bytes <= c->rlen);
	for (i = 0; i < bytes; i++)
		value |= (u64)c->r[c->at++] << (8 * i);
	return value;
}

void client_get_string(struct client *c, char *to, size_t size)
{
	size_t len = client_get(c, 2);

	assert_true(c->at + len <= c->rlen && len < size);
	memcpy(to, c->r + c->at, len);
	to[len] = 0;
	c->at += (u32)len;
}

int client_send(struct client *c)
{
	u8 type;

	c->error[0] = 0;
	c->at = 0;
	c->rlen = p9_serve(c->s, c->t, c->tlen, c->r, P9_MSIZE);
	assert_true(c->rlen >= 7);
	assert_int_equal(client_get(c, 4), c->rlen);
	type = (u8)client_get(c, 1);
	assert_int_equal(client_get(c, 2), c->t[5] | c->t[6] << 8);
	if (type != P9_RERROR) {
		assert_int_equal(type, c->t[4] + 1);
		return 1;
	}
	client_get_string(c, c->error, sizeof(c->error));
	assert_int_equal(c->at, c->rlen);
	return 0;
}

int client_call(struct client *c, u8 type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	make(c, type, fmt, ap);
	va_end(ap);
	return client_send(c);
}

int client_walk(struct client *c, u32 fid, const char *path)
{
	char copy[512], *save = NULL, *name;
	unsigned n = 0;
	u32 len;

	client_make(c, P9_TWALK, "442", ROOT, fid, 0);
	snprintf(copy, sizeof(copy), "%s", path);
	for (name = strtok_r(copy, "/", &save); name; name = strtok_r(NULL, "/", &save), n++) {
		put(c, strlen(name), 2);
		put_bytes(c, name, strlen(name));
	}
	len = c->tlen;
	c->tlen = 15;
	put(c, n, 2);
	c->tlen = 0;
	put(c, len, 4);
	c->tlen = len;
	return client_send(c) && client_get(c, 2) == n;
}

int client_open(struct client *c, u32 fid, const char *path, u8 mode)
{
	if (!client_walk(c, fid, path))
		return 0;
	if (client_call(c, P9_TOPEN, "41", fid, mode))
		return 1;
	char error[sizeof(c->error)];
	memcpy(error, c->error, sizeof(error));
	client_call(c, P9_TCLUNK, "4", fid);
	memcpy(c->error, error, sizeof(error));
	return 0;
}

const char *client_read(struct client *c, const char *path)
{
	static char text[8192];
	u32 n;

	if (!client_open(c, 99, path, 0))
		return NULL;
	if (!client_call(c, P9_TREAD, "484", 99, (u64)0, 4096))
		return NULL;
	n = (u32)client_get(c, 4);
	assert_int_equal(c->at + n, c->rlen);
	memcpy(text, c->r + c->at, n);
	text[n] = 0;
	assert_true(client_call(c, P9_TCLUNK, "4", 99));
	return text;
}
