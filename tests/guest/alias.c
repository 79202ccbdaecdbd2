/* One page at many addresses and in many directories is one page; also pages that came with the image. */
#include "t.h"

#define GVA	(T_FREE + 0x40000)

static const volatile uint32_t image_word[1024] __attribute__((aligned(4096))) = { 0x11 };

static void see_everywhere(const uint32_t *pgdir, uint32_t value, const char *what)
{
	unsigned i, bad = 0;

	for (i = 0; i < 3; i++) {
		t_switch(pgdir[i]);
		bad += *(volatile uint32_t *)GVA != value;
		bad += *(volatile uint32_t *)(GVA + 0x7000) != value;
		bad += image_word[0] != value;
	}
	is(bad, 0, what);
}

int main(void)
{
	uint32_t pgdir[3], gpa = pa(image_word);
	unsigned i;

	t_init();
	for (i = 0; i < 3; i++) {
		pgdir[i] = t_directory();
		t_map(pgdir[i], GVA, gpa | P | W | U);
		t_map(pgdir[i], GVA + 0x7000, gpa | P | W | U);
	}
	see_everywhere(pgdir, 0x11, "as the image has it");
	t_switch(pgdir[1]);
	*(volatile uint32_t *)(GVA + 0x7000) = 0x22;
	see_everywhere(pgdir, 0x22, "written through an alias in one directory");
	t_switch(pgdir[2]);
	*(volatile uint32_t *)(uint32_t)image_word = 0x33;
	see_everywhere(pgdir, 0x33, "written through the linear map");
	t_switch(pgdir[0]);
	*(volatile uint32_t *)GVA = 0x44;
	see_everywhere(pgdir, 0x44, "written once more");
	t_done();
}
