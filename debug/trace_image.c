/* SPDX-License-Identifier: MIT */
/*
 * P:170 Which kernel was it?  A trace or profile is read when that kernel may have
 * been built again: its length and a hash of its bytes tell, and the linker's
 * build id, if it has one, finds it elsewhere.
 */
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "debug/internal.h"
#include "debug/trace.h"

#define IMAGE_MAX (1u << 30)

static u64 fnv1a(const u8 *p, size_t len)
{
	u64 hash = 0xcbf29ce484222325ull;

	for (; len; len--)
		hash = (hash ^ *p++) * 0x100000001b3ull;
	return hash;
}

static void notes_of(struct trace_header *h, Elf_Data *data)
{
	size_t offset = 0, next, name, desc;
	GElf_Nhdr note;

	while (data && (next = gelf_getnote(data, offset, &note, &name, &desc)) > 0) {
		const char *base = data->d_buf;

		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(base + name, "GNU", 4) && note.n_descsz <= TRACE_ID_MAX) {
			h->id_bytes = (u32)note.n_descsz;
			memcpy(h->id, base + desc, note.n_descsz);
		}
		offset = next;
	}
}

static void build_id(struct trace_header *h, void *bytes, size_t len)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(bytes, len);
	while (elf && (scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &shdr) && shdr.sh_type == SHT_NOTE)
			notes_of(h, elf_getdata(scn, NULL));
	if (elf)
		elf_end(elf);
}

void trace_identify(struct trace_header *h, int image_fd)
{
	struct stat st;
	void *map;

	h->image_bytes = h->image_hash = h->id_bytes = 0;
	if (fstat(image_fd, &st) < 0 || st.st_size <= 0 || st.st_size > IMAGE_MAX)
		return;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, image_fd, 0);
	if (map == MAP_FAILED)
		return;
	h->image_bytes = (u64)st.st_size;
	h->image_hash = fnv1a(map, (size_t)st.st_size);
	build_id(h, map, (size_t)st.st_size);
	munmap(map, (size_t)st.st_size);
}

struct symbols *trace_symbols(const struct trace_header *h, int image_fd, const char **note)
{
	struct debug_image image = { .fd = image_fd };
	struct trace_header now;
	struct symbols *sy;

	trace_identify(&now, image_fd);
	if (h->image_bytes &&
	    (now.image_bytes != h->image_bytes || now.image_hash != h->image_hash)) {
		*note = "it is not the kernel that was traced: built again since?";
		return NULL;
	}
	sy = symbols_open(&image, false);
	*note = symbols_note(sy);
	if (*note) {
		symbols_close(sy);
		return NULL;
	}
	return sy;
}

void trace_symbols_close(struct symbols *sy)
{
	symbols_close(sy);
}
