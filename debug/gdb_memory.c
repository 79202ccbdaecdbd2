/* SPDX-License-Identifier: MIT */
/*
 * P:230 Memory as gdb sees it: by gva, through the tables of the thread that is
 * selected, with the guest's own bytes where we have put an int3.
 */
#include <Zydis/Zydis.h>
#include <string.h>

#include "debug/gdb_impl.h"

/* The widest of its memory operands; 4 if nothing is known. */
u32 access_size(const u8 *code, size_t len)
{
	ZydisDisassembledInstruction insn;
	u32 widest = 0;

	if (!len || !ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LEGACY_32, 0, code, len,
							&insn)))
		return 4;
	for (u32 i = 0; i < insn.info.operand_count; i++)
		if (insn.operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    insn.operands[i].size / 8u > widest)
			widest = insn.operands[i].size / 8u;
	return widest ? widest : 4;
}

#define READ_MAX	((GDB_PACKET - 4) / 2)

/* Up to the end of its page: bytes there, or 0. */
static size_t place(struct gdb *g, u32 gva, size_t len, u32 *gpa)
{
	size_t left = LG_PAGE_SIZE - gva % LG_PAGE_SIZE;
	u32 pde, pte;

	if (lg_translate(g->lg, gdb_pgdir(g), gva, gpa, &pde, &pte))
		return 0;
	return len < left ? len : left;
}

size_t gdb_read(struct gdb *g, u32 gva, void *to, size_t len)
{
	size_t done = 0, n;
	u32 gpa;

	for (; done < len; done += n) {
		n = place(g, gva + (u32)done, len - done, &gpa);
		if (!n || lg_peek(g->lg, gpa, (u8 *)to + done, n))
			break;
		gdb_hide(g, gpa, (u8 *)to + done, n);
	}
	return done;
}

void gdb_read_memory(struct gdb *g, struct packet *pk)
{
	u8 bytes[READ_MAX];
	u32 gva, len;
	size_t n;

	if (!take_hex(pk, &gva) || !take_char(pk, ',') || !take_hex(pk, &len)) {
		gdb_answer(g, "E01");
		return;
	}
	n = gdb_read(g, gva, bytes, len < READ_MAX ? len : READ_MAX);
	if (!n && len) {
		gdb_answer(g, "E0e");
		return;
	}
	gdb_say_hex(g, bytes, n);
	gdb_reply(g);
}

static bool write_bytes(struct gdb *g, u32 gva, const u8 *from, size_t len)
{
	size_t done = 0, n;
	u32 gpa;

	for (; done < len; done += n) {
		n = place(g, gva + (u32)done, len - done, &gpa);
		if (!n || !lg_memory(g->lg, gpa, n))
			return false;
		gdb_store(g, gpa, from + done, n);
	}
	lg_forget(g->lg);	/* some space may have a private copy of this text */
	return true;
}

void gdb_write_memory(struct gdb *g, struct packet *pk, bool binary)
{
	u8 bytes[GDB_PACKET];
	u32 gva, len;
	bool fine;

	if (!take_hex(pk, &gva) || !take_char(pk, ',') || !take_hex(pk, &len) ||
	    !take_char(pk, ':') || len > sizeof(bytes)) {
		gdb_answer(g, "E01");
		return;
	}
	if (binary) {
		fine = (size_t)(pk->end - pk->p) == len;
		if (fine)
			memcpy(bytes, pk->p, len);
	} else {
		fine = take_bytes(pk, bytes, len) && pk->p == pk->end;
	}
	if (!fine)
		gdb_answer(g, "E01");
	else
		gdb_answer(g, write_bytes(g, gva, bytes, len) ? "OK" : "E0e");
}
