/* SPDX-License-Identifier: MIT */
/*
 * D:410 9P2000 messages as bytes.
 *
 * Everything is little-endian; a string is two bytes of length and that many
 * bytes.  Requests come from the guest, so nothing is read beyond their end.
 */
#include <errno.h>
#include <string.h>

#include "devices/9p_impl.h"

u64 p9_get(struct p9_in *in, unsigned bytes)
{
	u64 value = 0;
	unsigned i;

	if (in->bad || (size_t)(in->end - in->at) < bytes) {
		in->bad = 1;
		return 0;
	}
	for (i = 0; i < bytes; i++)
		value |= (u64)*in->at++ << (8 * i);
	return value;
}

struct p9_string p9_get_string(struct p9_in *in)
{
	struct p9_string s = { "", (u16)p9_get(in, 2) };

	if (in->bad || (size_t)(in->end - in->at) < s.len) {
		in->bad = 1;
		s.len = 0;
		return s;
	}
	s.s = (const char *)in->at;
	in->at += s.len;
	return s;
}

void p9_put(struct p9_out *out, u64 value, unsigned bytes)
{
	unsigned i;

	if (out->full || (size_t)(out->end - out->at) < bytes) {
		out->full = 1;
		return;
	}
	for (i = 0; i < bytes; i++)
		*out->at++ = (u8)(value >> (8 * i));
}

void p9_put_string(struct p9_out *out, const char *s)
{
	size_t len = strlen(s);

	if (len > UINT16_MAX || out->full || (size_t)(out->end - out->at) < 2 + len) {
		out->full = 1;
		return;
	}
	p9_put(out, len, 2);
	memcpy(out->at, s, len);
	out->at += len;
}

void p9_put_qid(struct p9_out *out, struct p9_qid qid)
{
	p9_put(out, qid.type, 1);
	p9_put(out, qid.vers, 4);
	p9_put(out, qid.path, 8);
}

int p9_text(char *to, size_t size, struct p9_string s)
{
	if (s.len >= size || memchr(s.s, 0, s.len))
		return -EINVAL;
	memcpy(to, s.s, s.len);
	to[s.len] = 0;
	return 0;
}

int p9_equal(struct p9_string a, const char *b)
{
	return a.len == strlen(b) && !memcmp(a.s, b, a.len);
}

/* D:420 What Plan 9 programs expect to read, and compare with. */
const char *p9_error_text(int err)
{
	static const struct {
		int err;
		const char *text;
	} table[] = {
		{ ENOENT, "file does not exist" },
		{ ESTALE, "file does not exist" },
		{ EACCES, "permission denied" },
		{ EPERM, "permission denied" },
		{ EROFS, "permission denied" },
		{ EXDEV, "permission denied" }, /* a step out of the directory */
		{ ELOOP, "permission denied" },
		{ EEXIST, "file already exists" },
		{ ENOTDIR, "not a directory" },
		{ EISDIR, "file is a directory" },
		{ ENOTEMPTY, "directory not empty" },
		{ EBUSY, "device or object already in use" },
		{ ETXTBSY, "device or object already in use" },
		{ EINVAL, "bad arg in system call" },
		{ ENAMETOOLONG, "name too long" },
		{ EILSEQ, "bad character in file name" },
		{ ENOSPC, "file system full" },
		{ EDQUOT, "file system full" },
		{ EFBIG, "file too big" },
		{ EMFILE, "too many open files" },
		{ ENFILE, "too many open files" },
		{ ENOMEM, "out of memory" },
		{ EBADMSG, "malformed message" },
		{ EBADF, "unknown fid" },
		{ EBADFD, "inappropriate use of fd" },
		{ EADDRINUSE, "fid already in use" },
		{ EUSERS, "too many fids" },
		{ EBADR, "bad attach specifier" },
		{ ENOMSG, "malformed stat buffer" },
		{ EMSGSIZE, "i/o count too small" },
		{ E2BIG, "read or write too large" },
		{ ESPIPE, "bad offset in directory read" },
		{ EOVERFLOW, "negative i/o offset" },
		{ EPROTO, "no version agreed upon" },
		{ EOPNOTSUPP, "no authentication required" },
		{ ENOSYS, "unknown message" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].err == err)
			return table[i].text;
	return "i/o error";
}
