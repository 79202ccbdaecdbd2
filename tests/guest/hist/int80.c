/* int $0x80 again and again: redirected in text the user cannot write, and nobody but the user's own reads can tell. */
/* run: -p redirect */
/* run: --no-patch */
#include "t.h"

#define LOOPS	 2000
#define STAND_IN 0xf0	/* host/int80.c: not part of the interface */

/* On a page of its own. */
USER(call_many, ".balign 4096\n1: mov $7, %eax\ncall_site: int $0x80; dec %ecx; jnz 1b; int3\n"
		"read_site: movzbl call_site + 1, %eax; int3");
extern char call_site[], read_site[];

static unsigned calls, again;
static uint32_t eip;

static int call(struct trap_frame *f)
{
	if (f->vector != 0x80)
		return 0;
	calls++;
	eip = f->eip;
	if (again) {		/* as kernels start a system call again after a signal */
		again--;
		f->eip -= 2;
	}
	return 1;
}

static uint32_t kernel_address_of(uint32_t gva)
{
	return (*t_pte(T_PGDIR, gva) & ~0xfffu) + KIT_BASE;
}

static void set_entry(uint32_t gva, uint32_t pte)
{
	*t_pte(T_PGDIR, gva) = pte;
	hcall(LHCALL_SET_PTE, T_PGDIR, gva, pte, 0);
}

static uint32_t cycles(unsigned n)
{
	uint64_t start = rdtsc();

	t_user_frame.ecx = n;
	is(t_user(call_many), 3, "the loop ended");
	return (uint32_t)(rdtsc() - start) / n;
}

static uint32_t read_text(void)
{
	is(t_user(read_site), 3, "the user reads its text");
	return t_frame.eax;
}

int main(void)
{
	uint32_t page = (uint32_t)call_many, pte, other, slow, fast;
	volatile uint8_t *site;
	int redirect;

	t_init();
	redirect = *(const char *)va(*(uint32_t *)va(LG_BOOT_CMDLINE)) == 'r';
	t_hook = call;
	pte = *t_pte(T_PGDIR, page);
	site = (volatile uint8_t *)kernel_address_of(page) + ((uint32_t)call_site & 0xfff);

	set_entry(page, pte | W);
	slow = cycles(LOOPS);
	is(calls, LOOPS, "calls from text that may be written");
	is(read_text(), 0x80, "which stays as it is");

	set_entry(page, pte & ~W);
	calls = 0;
	fast = cycles(LOOPS);
	is(calls, LOOPS, "calls from text that may not");
	is(eip, call_site + 2, "eip behind the int");
	is(read_text(), redirect ? STAND_IN : 0x80, "which is redirected");
	is(site[1], 0x80, "not in the guest's memory");
	print("cycles a call: %u, redirected %u\n", slow, fast);

	calls = 0;
	again = 3;
	cycles(1);
	is(calls, 4, "started again three times");

	/* The kernel puts a breakpoint there, without a word: memory is memory. */
	site[0] = 0xcc;
	site[1] = 0x90;
	is(t_user(call_site), 3, "a breakpoint on it");
	is(t_frame.eip, call_site + 1, "at the site");
	site[0] = 0xcd;
	site[1] = 0x80;
	calls = 0;
	cycles(3);
	is(calls, 3, "and off again");

	/* The stand-in itself is a vector like any other. */
	site[1] = STAND_IN;
	set_entry(page, pte & ~W);
	is(t_user(call_site), 13, "int of the stand-in");
	is(t_frame.error, STAND_IN * 8 + 2, "its error code");
	is(t_frame.eip, call_site, "at the int");
	site[1] = 0x80;
	cycles(1);

	/* Another page comes there. */
	other = t_page();
	for (unsigned i = 0; i < LG_PAGE_SIZE; i++)
		((uint8_t *)va(other))[i] = ((uint8_t *)kernel_address_of(page))[i];
	set_entry(page, other | (pte & 0xfff & ~W));
	is(read_text(), 0x80, "a new page is as its owner made it");
	set_entry(page, pte);
	t_done();
}
