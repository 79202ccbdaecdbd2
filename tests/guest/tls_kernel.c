/* A user segment with the kernel half inside its limit has the limit cut (but TLS, base and 4 GiB limit, is left whole). */
#include "t.h"

#define FLAT	0x00c0f200u	/* data, DPL 3, limit in pages */

USER(user_read, "mov %eax, %gs; mov %gs:(%esi), %ebx; int3");
USER(user_write, "mov %eax, %gs; mov %ebx, %gs:(%esi); int3");

static const struct {
	uint32_t base, limit;	/* limit in pages, inclusive */
} segments[] = {
	{ 0, 0xfffff }, { KIT_BASE, 0xfffff }, { KIT_BASE + 0x400000, 0xfffff },
	{ 0xfffff000, 0xfffff }, { T_FREE, 0xa8000 }, { KIT_BASE - 4096, 0x10000 },
};
static uint32_t secret = 0x5ec2e7;

int main(void)
{
	unsigned i;
	int vector;

	t_init();
	t_user_frame.eax = 0xa3;
	for (i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
		uint32_t base = segments[i].base, limit = segments[i].limit;

		hcall(LHCALL_LOAD_GDT_ENTRY, 20, base << 16 | (limit & 0xffff),
		      FLAT | (limit & 0xf0000) | (base >> 16 & 0xff) | (base & 0xff000000), 0);
		t_user_frame.esi = (uint32_t)&secret - base;
		vector = t_user(user_read);
		ok(vector == 13 || vector == 14, "base 0x%x: read: vector %d", base, vector);
		ok(t_frame.ebx != secret, "and nothing is read");
		vector = t_user(user_write);
		ok(vector == 13 || vector == 14, "base 0x%x: write: vector %d", base, vector);
		is(secret, 0x5ec2e7, "and nothing is written");
	}
	t_done();
}
