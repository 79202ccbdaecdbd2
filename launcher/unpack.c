/* SPDX-License-Identifier: MIT */
/*
 * L:237 What a bzImage's kernel may be packed with.
 *
 * The libraries are loaded when one is needed, with declarations of our own
 * (their ABIs are old and public), as libnbd is: linked, every guest would pay
 * for them at its start.  The last four bytes of the packed kernel say how long
 * it will be; so there is a buffer of that size, bounded, and one call each.
 */
#include "launcher/bzimage.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct job {
	const u8 *in;
	size_t in_len;
	u8 *out;
	size_t out_len;
};

struct format {
	u8 magic[6];
	u8 magic_len;
	const char *name, *library, *package;
	/* 0: it filled exactly job->out_len bytes; else it is damaged. */
	int (*unpack)(const struct job *job, void *library);
};

#define FUNCTION(library, type, name) type name = (type)dlsym(library, #name)

typedef int bz2_fn(char *to, unsigned *to_len, char *from, unsigned from_len, int small,
		   int verbose);

static int unpack_bzip2(const struct job *j, void *library)
{
	FUNCTION(library, bz2_fn *, BZ2_bzBuffToBuffDecompress);
	unsigned n = (unsigned)j->out_len;

	if (!BZ2_bzBuffToBuffDecompress)
		return -ENOSYS;
	/* Not const, but it does not write there. */
	return BZ2_bzBuffToBuffDecompress((char *)j->out, &n, (char *)j->in, (unsigned)j->in_len, 0,
					  0) ||
	       n != j->out_len;
}

typedef size_t zstd_fn(void *to, size_t room, const void *from, size_t len);
typedef size_t zstd_size_fn(const void *from, size_t len);

static int unpack_zstd(const struct job *j, void *library)
{
	FUNCTION(library, zstd_fn *, ZSTD_decompress);
	FUNCTION(library, zstd_size_fn *, ZSTD_findFrameCompressedSize);
	size_t frame;

	if (!ZSTD_decompress || !ZSTD_findFrameCompressedSize)
		return -ENOSYS;
	frame = ZSTD_findFrameCompressedSize(j->in, j->in_len);
	if (frame > j->in_len)
		return -EINVAL; /* errors are huge numbers */
	return ZSTD_decompress(j->out, j->out_len, j->in, frame) != j->out_len;
}

typedef int lz4_fn(const char *from, char *to, int len, int room);

/* lz4's old format: blocks, each with its length before it. */
static int unpack_lz4(const struct job *j, void *library)
{
	FUNCTION(library, lz4_fn *, LZ4_decompress_safe);
	size_t at = 4, done = 0;
	u32 len;

	if (!LZ4_decompress_safe)
		return -ENOSYS;
	while (done < j->out_len) {
		int n;

		if (j->in_len - at < sizeof(len))
			return -EINVAL;
		memcpy(&len, j->in + at, sizeof(len));
		at += sizeof(len);
		if (len > j->in_len - at)
			return -EINVAL;
		n = LZ4_decompress_safe((const char *)j->in + at, (char *)j->out + done, (int)len,
					(int)(j->out_len - done));
		if (n <= 0)
			return -EINVAL;
		at += len;
		done += (size_t)n;
	}
	return 0;
}

/* liblzma's stream, as its ABI has it; only the first six are ours. */
struct lzma_stream {
	const u8 *next_in;
	size_t avail_in;
	u64 total_in;
	u8 *next_out;
	size_t avail_out;
	u64 total_out;
	void *pointers[6];
	u64 integers[2];
	size_t sizes[2];
	u32 enums[2];
};

_Static_assert(sizeof(struct lzma_stream) == 136, "liblzma's ABI");

typedef int lzma_decoder_fn(struct lzma_stream *s, u64 memlimit, u32 flags);
typedef int lzma_code_fn(struct lzma_stream *s, int action);
typedef void lzma_end_fn(struct lzma_stream *s);

#define LZMA_RUN      0
#define LZMA_MEMORY   (256u << 20)
#define LZMA_END_MARK 1 /* results below 2 are no errors */

/* .xz and .lzma */
static int unpack_lzma(const struct job *j, void *library)
{
	FUNCTION(library, lzma_decoder_fn *, lzma_auto_decoder);
	FUNCTION(library, lzma_code_fn *, lzma_code);
	FUNCTION(library, lzma_end_fn *, lzma_end);
	struct lzma_stream s = {
		.next_in = j->in, .avail_in = j->in_len, .next_out = j->out, .avail_out = j->out_len
	};
	int ret;

	if (!lzma_auto_decoder || !lzma_code || !lzma_end)
		return -ENOSYS;
	ret = lzma_auto_decoder(&s, LZMA_MEMORY, 0);
	while (ret == 0 && s.avail_out)
		ret = lzma_code(&s, LZMA_RUN);
	lzma_end(&s);
	return ret > LZMA_END_MARK || s.avail_out;
}

static const struct format formats[] = {
	{ { 0x1f, 0x8b }, 2, "gzip", NULL, NULL, NULL },
	{ { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, "xz", "liblzma.so.5", "liblzma5", unpack_lzma },
	{ { 0x5d, 0, 0 }, 3, "lzma", "liblzma.so.5", "liblzma5", unpack_lzma },
	{ { 'B', 'Z', 'h' }, 3, "bzip2", "libbz2.so.1.0", "libbz2-1.0", unpack_bzip2 },
	{ { 2, 0x21, 0x4c, 0x18 }, 4, "lz4", "liblz4.so.1", "liblz4-1", unpack_lz4 },
	{ { 0x28, 0xb5, 0x2f, 0xfd }, 4, "zstd", "libzstd.so.1", "libzstd1", unpack_zstd },
};

static const struct format *find_format(const u8 *p, size_t len)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (len >= formats[i].magic_len &&
		    !memcmp(p, formats[i].magic, formats[i].magic_len))
			return &formats[i];
	return NULL;
}

static int run(const struct image *img, const struct format *f, const struct job *j, u64 offset,
	       struct complaint *c)
{
	void *library = dlopen(f->library, RTLD_NOW | RTLD_LOCAL);
	int err;

	if (!library)
		return complain(c, -ENOENT,
				"%s: its kernel is packed with %s and there is no %s: install it: "
				"apt-get install %s",
				img->name, f->name, f->library, f->package);
	err = f->unpack(j, library);
	dlclose(library);
	if (err == -ENOSYS)
		return complain(c, err, "%s: %s is not the library it should be: install %s",
				img->name, f->library, f->package);
	if (err)
		return image_bad(img, c, offset, "copy or build it again",
				 "holds a kernel packed with %s that does not unpack to the 0x%zx "
				 "bytes it says",
				 f->name, j->out_len);
	return 0;
}

/* From a map of the file to one of a memfd that takes its place. */
static int to_memfd(struct image *img, const struct format *f, struct job *j, u64 offset,
		    struct complaint *c)
{
	int fd = memfd_create("lguest-image", MFD_CLOEXEC), err = -ENOMEM;

	j->out = MAP_FAILED;
	if (fd >= 0 && ftruncate(fd, (off_t)j->out_len) == 0)
		j->out = mmap(NULL, j->out_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (j->out == MAP_FAILED)
		complain(c, err, "%s: no memory to unpack its kernel (0x%zx bytes): %s: free some",
			 img->name, j->out_len, strerror(errno));
	else
		err = run(img, f, j, offset, c);
	if (j->out != MAP_FAILED)
		munmap(j->out, j->out_len);
	if (err) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	close(img->fd);
	img->fd = fd;
	img->size = j->out_len;
	return 0;
}

int unpack_fd(struct image *img, u64 offset, u64 len, struct complaint *c)
{
	size_t skip = offset % LG_PAGE_SIZE;
	const struct format *f;
	u32 unpacked;
	struct job j;
	u8 *map;
	int err;

	if (len < 8)
		return image_bad(img, c, offset, "copy or build it again",
				 "holds a kernel of %u bytes", (u32)len);
	map = mmap(NULL, skip + len, PROT_READ, MAP_PRIVATE, img->fd, (off_t)(offset - skip));
	if (map == MAP_FAILED)
		return complain(c, -errno, "%s: mmap: %s: free some memory", img->name,
				strerror(errno));
	memcpy(&unpacked, map + skip + len - 4, sizeof(unpacked));
	j = (struct job){ .in = map + skip, .in_len = len, .out_len = unpacked };
	f = find_format(j.in, j.in_len);
	if (!f)
		err = image_bad(img, c, offset, "unpack it, or give the ELF file (vmlinux)",
				"holds a kernel packed in a way unknown here (%02x %02x %02x %02x)",
				j.in[0], j.in[1], j.in[2], j.in[3]);
	else if (!f->unpack)
		err = gunzip_fd(img->name, &img->fd, &img->size, offset, IMAGE_UNPACK_MAX, c);
	else if (!unpacked || unpacked > IMAGE_UNPACK_MAX)
		err = image_bad(img, c, offset + len - 4, "copy or build it again",
				"says its kernel has 0x%x bytes unpacked", unpacked);
	else
		err = to_memfd(img, f, &j, offset, c);
	munmap(map, skip + len);
	return err;
}
