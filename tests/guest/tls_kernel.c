/* A segment a user made up gives no way to the kernel half: its limit is cut, its writes fault. */
#include "t.h"

#define FLAT	0x00cff200u	/* data, DPL 3, 4 GiB limit */

USER(user_read, "mov %eax, %gs; mov %gs:(%esi), %ebx; int3");
USER(user_write, "mov %eax, %gs; mov %ebx, %gs:(%esi); int3");

static const uint32_t bases[] = { 0, T_FREE, KIT_BASE - 4096, KIT_BASE, 0xfffff000 };
static uint32_t secret = 0x5ec2e7;

int main(void)
{
	unsigned i;
	int vector;

	t_init();
	t_user_frame.eax = 0xa3;
	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		uint32_t base = bases[i];

		hcall(LHCALL_LOAD_GDT_ENTRY, 20, base << 16 | 0xffff,
		      FLAT | (base >> 16 & 0xff) | (base & 0xff000000), 0);
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
