/* SPDX-License-Identifier: MIT */
/*
 * The rival's half of bench/dev_disk: process 1 of a Linux under QEMU.  Loads
 * the virtio drivers that are beside it in the initramfs and reads, then
 * writes, the disk in requests of 1 MiB without a cache of its own, as nine
 * does.  Prints MB a second and powers off.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define MB (1 << 20)

static const char *const modules[] = { "virtio_ring.ko",	     "virtio.ko",
				       "virtio_pci_legacy_dev.ko", "virtio_pci_modern_dev.ko",
				       "virtio_pci.ko",	     "virtio_blk.ko" };

static void load(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		perror(name);
	close(fd);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The disk's numbers, from /proc/partitions. */
static int open_disk(void)
{
	unsigned major, minor;
	char line[128], name[64];
	FILE *f = fopen("/proc/partitions", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %u %*u %63s", &major, &minor, name) == 3 && !strcmp(name, "vda")) {
			mknod("/vda", S_IFBLK | 0600, makedev(major, minor));
			break;
		}
	if (f)
		fclose(f);
	return open("/vda", O_RDWR | O_DIRECT);
}

static void measure(const char *what, int fd, int mb)
{
	double t = now();
	char *b;
	int i;

	if (posix_memalign((void **)&b, 4096, MB))
		exit(1);
	memset(b, 1, MB);
	for (i = 0; i < mb; i++) {
		off_t at = (off_t)(i % 128) * MB;
		ssize_t n = *what == 'w' ? pwrite(fd, b, MB, at) : pread(fd, b, MB, at);

		if (n != MB) {
			perror(what);
			return;
		}
	}
	printf("%s %.0f\n", what, mb / (now() - t));
	free(b);
}

int main(void)
{
	size_t i;
	int fd;

	mkdir("/proc", 0700);
	mount("proc", "/proc", "proc", 0, NULL);
	for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		load(modules[i]);
	fd = open_disk();
	if (fd < 0)
		perror("/vda");
	measure("read", fd, 256);
	measure("read", fd, 512);
	measure("write", fd, 256);
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
