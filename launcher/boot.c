/* SPDX-License-Identifier: MIT */
/*
 * L:300 The first page.
 *
 * A kernel must learn how much memory there is, what the user wrote on the
 * command line, where the ramdisk lies.  It finds that at physical address
 * 0, where Linux keeps its boot parameters, in the few fields that lguest
 * guests always used; doc/abi.md section 1 lists them.
 */
#include "launcher/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host.h"

#define BOOT_PROTOCOL 0x0207
#define ALIGNMENT     0x1000000

int cmdline_add(char *line, u32 *len, const char *text)
{
	size_t n = strlen(text);

	if (n >= LG_CMDLINE_MAX - *len)
		return -E2BIG;
	memcpy(line + *len, text, n + 1);
	*len += (u32)n;
	return 0;
}

/* Characters that mean nothing to rc.  Quoting one too many does no harm. */
static int plain(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       (unsigned char)ch >= 0x80 || (ch && strchr("_-./:,+%", ch));
}

int cmdline_add_quoted(char *line, u32 *len, const char *arg)
{
	const char *p = arg;
	int err;

	while (plain(*p))
		p++;
	if (*arg && !*p)
		return cmdline_add(line, len, arg);
	err = cmdline_add(line, len, "'");
	for (p = arg; *p && !err; p++) {
		char one[3] = { *p, *p == '\'' ? '\'' : 0, 0 };

		err = cmdline_add(line, len, one);
	}
	return err ? err : cmdline_add(line, len, "'");
}

static int make_cmdline(struct boot *b, const char *cmdline, char **args, struct complaint *c)
{
	int err = cmdline_add(b->cmdline, &b->cmdline_len, cmdline);
	int i;

	if (!err && args && args[0])
		err = cmdline_add(b->cmdline, &b->cmdline_len, " --");
	for (i = 0; !err && args && args[i]; i++) {
		err = cmdline_add(b->cmdline, &b->cmdline_len, " ");
		if (!err)
			err = cmdline_add_quoted(b->cmdline, &b->cmdline_len, args[i]);
	}
	if (err)
		return complain(c, err,
				"the kernel command line is longer than %d bytes:"
				" shorten what is behind -p and --",
				LG_CMDLINE_MAX - 1);
	return 0;
}

static int open_initrd(struct boot *b, struct complaint *c)
{
	struct stat st;
	const char *what = NULL;

	b->initrd_fd = open(b->initrd_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (b->initrd_fd < 0 || fstat(b->initrd_fd, &st) < 0)
		return complain(c, -errno, "%s: cannot open the initrd: %s: check -i",
				b->initrd_name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		what = "is not a file";
	else if (!st.st_size)
		what = "is empty";
	if (what)
		return complain(c, -EINVAL, "%s: the initrd %s: check -i", b->initrd_name, what);
	if (st.st_size > b->ram_bytes - LG_PAGE_SIZE)
		return complain(c, -EINVAL,
				"%s: the initrd has 0x%llx bytes but the guest 0x%x:"
				" give the guest more with -m",
				b->initrd_name, (unsigned long long)st.st_size, b->ram_bytes);
	b->initrd_size = (u32)st.st_size;
	b->initrd_gpa = (b->ram_bytes - b->initrd_size) / LG_PAGE_SIZE * LG_PAGE_SIZE;
	return 0;
}

/* L:310 Nothing may lie over anything else. */
static int check_layout(const struct boot *b, const struct image *img, struct complaint *c)
{
	u64 low = LG_CMDLINE_GPA + (u64)b->cmdline_len + 1;
	u64 high = b->initrd_name ? b->initrd_gpa : b->ram_bytes;
	int err;

	if (low > high)
		return complain(c, -EINVAL,
				"-m: 0x%x bytes do not hold command line and initrd:"
				" give the guest more",
				b->ram_bytes);
	err = image_keep_clear(img, 0, low, "boot parameters", c);
	if (!err && b->initrd_name)
		err = image_keep_clear(img, high, b->ram_bytes - high, "initrd", c);
	return err;
}

int boot_prepare(struct boot *b, const struct image *img, const char *cmdline, char **args,
		 const char *initrd, u32 ram_bytes, struct complaint *c)
{
	int err;

	*b = (struct boot){ .ram_bytes = ram_bytes, .initrd_name = initrd, .initrd_fd = -1 };
	b->setup_len = img->setup_len;
	memcpy(b->setup, img->setup, img->setup_len);
	err = make_cmdline(b, cmdline, args, c);
	if (!err && initrd)
		err = open_initrd(b, c);
	if (!err)
		err = check_layout(b, img, c);
	if (err)
		boot_close(b);
	return err;
}

static void put(u8 *page, u32 at, u32 value, size_t size)
{
	memcpy(page + at, &value, size); /* little-endian, as we are */
}

static void fill_page(const struct boot *b, u8 *page)
{
	struct lg_e820 ram = { 0, b->ram_bytes, LG_E820_RAM };

	if (b->setup_len) /* a bzImage finds its own header here; then what we know better */
		memcpy(page + IMAGE_SETUP_AT, b->setup, b->setup_len);
	put(page, LG_BOOT_E820_COUNT, 1, 1);
	memcpy(page + LG_BOOT_E820, &ram, sizeof(ram));
	put(page, LG_BOOT_VERSION, BOOT_PROTOCOL, 2);
	put(page, LG_BOOT_LOADFLAGS, page[LG_BOOT_LOADFLAGS] | 0x40, 1); /* keep our segments */
	put(page, LG_BOOT_CMDLINE, LG_CMDLINE_GPA, 4);
	put(page, LG_BOOT_ALIGNMENT, ALIGNMENT, 4);
	put(page, LG_BOOT_SUBARCH, 1, 4);
	if (!b->initrd_name)
		return;
	put(page, LG_BOOT_LOADER_TYPE, 0xff, 1);
	put(page, LG_BOOT_INITRD_START, b->initrd_gpa, 4);
	put(page, LG_BOOT_INITRD_SIZE, b->initrd_size, 4);
}

int boot_load(const struct boot *b, struct lg *lg, struct complaint *c)
{
	u8 *page = lg_memory(lg, 0, LG_PAGE_SIZE);
	u8 *line = lg_memory(lg, LG_CMDLINE_GPA, (u64)b->cmdline_len + 1);

	if (!page || !line)
		return complain(c, -EINVAL,
				"-m: 0x%x bytes do not hold the boot parameters:"
				" give the guest more",
				b->ram_bytes);
	fill_page(b, page);
	memcpy(line, b->cmdline, b->cmdline_len + 1);
	if (!b->initrd_name)
		return 0;
	return load_range(lg, b->initrd_name, b->initrd_fd, 0, b->initrd_gpa, b->initrd_size, 1, c);
}

void boot_close(struct boot *b)
{
	if (b->initrd_fd >= 0)
		close(b->initrd_fd);
	b->initrd_fd = -1;
}
