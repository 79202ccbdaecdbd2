/* SPDX-License-Identifier: MIT */
/*
 * The archive a ramdisk starts from: made by tools/mkroot, read by the
 * kernel's ram device.  All words little-endian; offsets are bytes from the
 * start of the archive.  A directory precedes what is in it; paths have no
 * leading slash, no empty, "." or ".." element, and end with a NUL inside
 * the archive.  The data of a file starts at a multiple of 4096 and the
 * archive is padded with zeros to such a multiple, so pages of files can be
 * used where they lie.  A reader checks all of this: an archive may come
 * from a user (lguest -i).
 */
#ifndef NINE_ROOTIMG_H
#define NINE_ROOTIMG_H

#define	ROOTMAGIC	"nineroot"	/* 8 bytes, no NUL */
#define	ROOTVERSION	1
#define	ROOTPAGE	4096
#define	ROOTMAXPATH	1024		/* bytes with the NUL */

typedef struct Roothdr Roothdr;
struct Roothdr
{
	char	magic[8];
	uint	version;
	uint	count;			/* entries */
	uint	entries;		/* offset of Rootent[count], 4-aligned */
	uint	size;			/* of the archive, bytes */
};

typedef struct Rootent Rootent;
struct Rootent
{
	uint	path;			/* offset of the name */
	uint	mode;			/* DMDIR, DMAPPEND, DMEXCL and rwxrwxrwx */
	uint	mtime;			/* seconds since the epoch */
	uint	offset;			/* of the data; 0 for a directory or an empty file */
	uint	length;			/* bytes; 0 for a directory */
};

_Static_assert(sizeof(Roothdr) == 24, "Roothdr");
_Static_assert(sizeof(Rootent) == 20, "Rootent");

#endif
