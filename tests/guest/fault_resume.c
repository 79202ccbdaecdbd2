/* A page fault the handler repairs is invisible: the instruction goes on where it was, also in the kernel. */
#include "t.h"

#define GVA	(T_FREE + 0x20000)
#define PAGES	5

static unsigned faults;

static int repair(struct trap_frame *f)
{
	if (f->vector != 14 || t_cr2 < GVA || t_cr2 >= GVA + PAGES * 4096)
		return 0;
	faults++;
	t_map(T_PGDIR, t_cr2, t_page() | P | W | U);
	return 1;
}

#define COPY	"mov $" STR(PAGES) "*1024, %ecx; mov $0x5a5a1234, %eax; cld\n" \
		"mov $0x20020000, %edi; rep stosl; mov %edi, %ebx; mov %ecx, %edx\n"

USER(user_fill, COPY "int3");
uint32_t end_edi, end_ecx;
KERNEL(kernel_fill, "pusha\n" COPY "mov %ebx, end_edi; mov %edx, end_ecx; popa; ret");

static uint32_t wrong_words(void)
{
	uint32_t i, n = 0;

	for (i = 0; i < PAGES * 1024; i++)
		n += ((volatile uint32_t *)GVA)[i] != 0x5a5a1234;
	return n;
}

static void unmap_all(void)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++)
		t_map(T_PGDIR, GVA + i * 4096, 0);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	faults = 0;
}

int main(void)
{
	t_init();
	t_hook = repair;
	is(t_user(user_fill), 3, "user: rep stosl over five missing pages");
	is(faults, PAGES, "one fault each");
	is(t_frame.ebx, GVA + PAGES * 4096, "edi");
	is(t_frame.edx, 0, "ecx");
	is(wrong_words(), 0, "contents");
	unmap_all();
	is(t_kernel(kernel_fill, 0), NONE, "the same in the kernel");
	is(faults, PAGES, "one fault each");
	is(end_edi, GVA + PAGES * 4096, "edi");
	is(end_ecx, 0, "ecx");
	is(wrong_words(), 0, "contents");
	t_done();
}
