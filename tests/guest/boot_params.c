/* The page at gpa 0: e820, command line with rc's quoting of the arguments, initrd, lguest's marks. */
/* stdin: "" */
/* run: -m 48M -i tests/guest/boot_params.c -p 'a=1 b' -- x 'two words' "it's" */
#include "t.h"

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

int main(void)
{
	const struct lg_e820 *e = va(LG_BOOT_E820);
	const char *cmdline = va(*(uint32_t *)va(LG_BOOT_CMDLINE));
	uint32_t start = *(uint32_t *)va(LG_BOOT_INITRD_START);
	uint32_t size = *(uint32_t *)va(LG_BOOT_INITRD_SIZE);
	const char *text = va(start);

	t_init();
	is(*(uint8_t *)va(LG_BOOT_E820_COUNT), 1, "one e820 entry");
	ok(e->addr == 0 && e->size == 48 << 20, "0 to 48 MiB");
	is(e->type, LG_E820_RAM, "of RAM");
	is(*(uint32_t *)va(LG_BOOT_CMDLINE), LG_CMDLINE_GPA, "command line pointer");
	ok(same(cmdline, "a=1 b -- x 'two words' 'it''s'"), "command line: %s", cmdline);
	is(*(uint32_t *)va(LG_BOOT_SUBARCH), 1, "subarchitecture");
	is(*(uint16_t *)va(LG_BOOT_VERSION), 0x207, "version");
	is(*(uint8_t *)va(LG_BOOT_LOADER_TYPE), 0xff, "loader type");
	is(*(uint8_t *)va(LG_BOOT_LOADFLAGS) & 0x40, 0x40, "load flags");
	is(start % LG_PAGE_SIZE, 0, "initrd on a page");
	ok(size > 1000 && start + size <= kit_ram, "initrd 0x%x bytes at 0x%x", size, start);
	ok(start + size + LG_PAGE_SIZE > kit_ram, "at the top of RAM");
	ok(text[0] == '/' && text[1] == '*' && text[size - 2] == '}', "it is this file");
	t_done();
}
