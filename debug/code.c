/* SPDX-License-Identifier: MIT */
/*
 * P:120 The code around eip, disassembled by Zydis.
 */
#include <Zydis/Zydis.h>
#include <string.h>

#include "debug/internal.h"

#define BEFORE	24			/* bytes looked at before eip */
#define AFTER	48
#define SHOWN	5			/* instructions before, and from eip on */

static bool decode(u32 gva, const u8 *bytes, size_t len, ZydisDisassembledInstruction *insn)
{
	return len && ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LEGACY_32, gva, bytes,
							 len, insn));
}

bool instruction_at(const struct snapshot *s, u32 gva, struct instruction *out)
{
	ZydisDisassembledInstruction insn;
	u8 bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];
	size_t len = read_gva(s, gva, bytes, sizeof(bytes));
	const char *blank;

	memset(out, 0, sizeof(*out));
	if (!decode(gva, bytes, len, &insn))
		return false;
	snprintf(out->text, sizeof(out->text), "%s", insn.text);
	snprintf(out->mnemonic, sizeof(out->mnemonic), "%s",
		 ZydisMnemonicGetString(insn.info.mnemonic));
	blank = strrchr(insn.text, ' ');
	blank = strchr(insn.text, ' ') ? strstr(insn.text, out->mnemonic) : blank;
	if (blank && strlen(blank) > strlen(out->mnemonic))
		snprintf(out->operands, sizeof(out->operands), "%.63s",
			 blank + strlen(out->mnemonic) + 1);
	out->length = insn.info.length;
	out->privileged = insn.info.attributes & ZYDIS_ATTRIB_IS_PRIVILEGED;
	return true;
}

/* Does decoding from here arrive exactly at the end? Then how many steps? */
static int steps_to(u32 gva, const u8 *bytes, size_t len)
{
	ZydisDisassembledInstruction insn;
	int steps = 0;

	while (len) {
		if (!decode(gva, bytes, len, &insn))
			return -1;
		gva += insn.info.length;
		bytes += insn.info.length;
		len -= insn.info.length;
		steps++;
	}
	return steps;
}

static u32 print_one(FILE *to, u32 gva, const u8 *bytes, size_t len, bool current)
{
	ZydisDisassembledInstruction insn;
	u32 length = 1;
	bool ok = decode(gva, bytes, len, &insn);

	if (ok)
		length = insn.info.length;
	fprintf(to, "%s 0x%08x  ", current ? " >" : "  ", gva);
	for (u32 i = 0; i < 10; i++)
		fprintf(to, i < length ? "%02x " : "   ", i < length ? bytes[i] : 0u);
	fprintf(to, " %s\n", ok ? insn.text : "(no instruction)");
	return length;
}

/* x86 cannot be read backwards: take the longest run that ends at eip. */
static void print_before(FILE *to, const struct snapshot *s)
{
	u8 bytes[BEFORE];
	u32 eip = s->regs.eip;

	for (u32 back = BEFORE; back > 0; back--) {
		int steps;

		if (eip < back || read_gva(s, eip - back, bytes, back) != back)
			continue;
		steps = steps_to(eip - back, bytes, back);
		if (steps < 1)
			continue;
		for (u32 off = 0; off < back; steps--) {
			ZydisDisassembledInstruction insn;

			if (steps <= SHOWN)
				off += print_one(to, eip - back + off, bytes + off, back - off,
						 false);
			else if (decode(eip - back + off, bytes + off, back - off, &insn))
				off += insn.info.length;
		}
		return;
	}
}

void print_code(FILE *to, const struct snapshot *s)
{
	u8 bytes[AFTER];
	size_t len = read_gva(s, s->regs.eip, bytes, sizeof(bytes));
	u32 off = 0;

	if (!len) {
		fprintf(to, "   0x%08x cannot be read: not mapped\n", s->regs.eip);
		return;
	}
	print_before(to, s);
	for (int i = 0; i < SHOWN && off < len; i++)
		off += print_one(to, s->regs.eip + off, bytes + off, len - off, i == 0);
}
