/* SPDX-License-Identifier: MIT */
/*
 * Makes the rivals' initramfs: a cpio archive (newc) that holds /init, the
 * given program, and the /dev/console it writes to.
 *
 *	mkinitrd PROGRAM [FILE ...] > ARCHIVE
 *
 * Files are put beside /init under their own names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S_DIR 040755
#define S_CHARDEV 020600
#define S_PROGRAM 0100755

static void pad(size_t size)
{
	while (size++ % 4)
		putchar(0);
}

/* Thirteen fields of eight hex digits, the name, the contents; each padded to 4. */
static void entry(const char *name, unsigned mode, const char *data, size_t size, unsigned major, unsigned minor)
{
	static unsigned ino;

	printf("070701%08x%08x%08x%08x%08x%08x%08x", ++ino, mode, 0, 0, 1, 0, (unsigned)size);
	printf("%08x%08x%08x%08x%08x%08x", 0, 0, major, minor, (unsigned)strlen(name) + 1, 0);
	fwrite(name, 1, strlen(name) + 1, stdout);
	pad(110 + strlen(name) + 1);
	fwrite(data, 1, size, stdout);
	pad(size);
}

static char *read_all(FILE *f, size_t *size)
{
	char *data;
	long n;

	if (fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0)
		return NULL;
	rewind(f);
	*size = (size_t)n;
	data = malloc(*size + 1);
	if (data && fread(data, 1, *size, f) != *size) {
		free(data);
		return NULL;
	}
	return data;
}

static char *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *data = f ? read_all(f, size) : NULL;

	if (f)
		fclose(f);
	return data;
}

int main(int argc, char **argv)
{
	size_t size = 0;
	char *program = argc >= 2 ? slurp(argv[1], &size) : NULL;
	int i;

	if (!program) {
		fprintf(stderr, "mkinitrd: usage: mkinitrd PROGRAM [FILE ...], which must be readable\n");
		return 1;
	}
	entry("dev", S_DIR, "", 0, 0, 0);
	entry("dev/console", S_CHARDEV, "", 0, 5, 1);
	entry("init", S_PROGRAM, program, size, 0, 0);
	for (i = 2; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		char *data = slurp(argv[i], &size);

		if (!data) {
			fprintf(stderr, "mkinitrd: %s: cannot be read\n", argv[i]);
			return 1;
		}
		entry(slash ? slash + 1 : argv[i], S_PROGRAM, data, size, 0, 0);
		free(data);
	}
	entry("TRAILER!!!", 0, "", 0, 0, 0);
	free(program);
	return fflush(stdout) || ferror(stdout);
}
