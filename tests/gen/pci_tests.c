/* SPDX-License-Identifier: MIT */
/*
 * What is 4.0's own: ports that are nobody's, the rng over its registers, a
 * driver that breaks each rule and may begin again, a device's registers where
 * they are not; and what an access costs.
 */
#include "tests/gen/pci.h"

static struct pci rng;
static struct vq q;
static volatile u32 interrupts;

static void interrupted(void *arg)
{
	(void)arg;
	if (mmio_read(&rng, rng.isr, 1) & 1)
		interrupts++;
}

static void test_bus(void)
{
	u32 slot, found = 0;

	check(port_inb(0x64) == 1, "port 0x64 gives %x", port_inb(0x64));
	check(port_inb(0x60) == 0xff, "port 0x60 gives %x", port_inb(0x60));
	check(config_read(0, 8) >> 16 == 0x0600, "slot 0 is of class %x", config_read(0, 8) >> 16);
	for (slot = 1; slot < 32; slot++) {
		u32 id = config_read(slot, 0);

		check(id == ~0u || id << 16 == 0x1af40000, "slot %u is %x", slot, id);
		found += id != ~0u;
		check(id == ~0u || config_byte(slot, 60) == slot, "slot %u has irq %u", slot,
		      config_byte(slot, 60));
	}
	check(found >= 2, "%u devices", found);
}

static void start_rng(void)
{
	pci_agree(&rng);
	pci_queue(&rng, 0, &q);
	pci_set_status(&rng, 4);
}

static void offer(u32 gpa, u32 len)
{
	q.desc[0].addr = gpa;
	q.desc[0].len = len;
	q.desc[0].flags = 2;
	q.avail->ring[q.avail->idx % q.num] = 0;
	__asm__ volatile("mfence" : : : "memory");
	q.avail->idx++;
	mmio_write(&rng, rng.notify, 2, 0);
}

static void test_rng(void)
{
	u32 *bytes = page(), zeros = 0, i;

	irq_handler(rng.irq, interrupted, NULL);
	start_rng();
	offer(pa(bytes), 1024);
	check(wait_for(&interrupts, 5), "no interrupt of the rng");
	check(q.used->idx == 1 && q.used->ring[0].len == 1024, "%u random bytes",
	      q.used->ring[0].len);
	for (i = 0; i < 256; i++)
		zeros += !bytes[i];
	check(zeros < 4, "random bytes with %u zeros", zeros);
}

/* --- Drivers that break the rules: the device stands still, and the guest lives. ----------- */

static void is_broken(const char *what)
{
	u32 i;

	for (i = 0; i < 1000000 && !(pci_status(&rng) & 64); i++)
		;
	check(pci_status(&rng) & 64, "%s is not noticed", what);
	mmio_write(&rng, rng.notify, 2, 0);	/* ignored */
	mmio_write(&rng, rng.common + STATUS, 1, 0);
	check(pci_status(&rng) == 0, "status %x after a reset", pci_status(&rng));
	interrupts = 0;
	start_rng();
	offer(pa(page()), 16);
	check(wait_for(&interrupts, 5), "the rng does not work after %s", what);
	mmio_write(&rng, rng.common + STATUS, 1, 0);
}

static void bad_queue(u32 at, u32 value, const char *what)
{
	pci_agree(&rng);
	if (at == SIZE) {
		mmio_write(&rng, rng.common + SIZE, 2, value);
	} else {
		mmio_write(&rng, rng.common + at, 4, value);
		mmio_write(&rng, rng.common + ENABLE, 2, 1);
	}
	is_broken(what);
}

static void test_rules(void)
{
	const u32 end = mem_bytes + 256 * PAGE;

	mmio_write(&rng, rng.common + STATUS, 1, 0);
	pci_set_status(&rng, 3);
	pci_set_status(&rng, 8);
	is_broken("FEATURES_OK without VERSION_1");
	pci_set_status(&rng, 7);
	is_broken("DRIVER_OK without FEATURES_OK");
	bad_queue(SIZE, 0, "a queue of size 0");
	bad_queue(SIZE, 100, "a queue of size 100");
	bad_queue(SIZE, 512, "a queue of size 512");
	bad_queue(DESC, end, "descriptors behind memory");
	bad_queue(DESC, 0xfffffff0, "descriptors at the end of the world");
	bad_queue(AVAIL, end - 2, "an available ring over the end of memory");
	bad_queue(USED, 6, "a used ring on a multiple of 2");
	pci_agree(&rng);
	pci_queue(&rng, 0, &q);
	mmio_write(&rng, rng.common + ENABLE, 2, 1);
	is_broken("a queue enabled twice");
	start_rng();
	mmio_write(&rng, rng.common + DESC, 4, 0);
	is_broken("an address written after DRIVER_OK");
	pci_agree(&rng);
	mmio_write(&rng, rng.notify, 2, 0);
	is_broken("a notify before DRIVER_OK");
	pci_agree(&rng);
	pci_set_status(&rng, 4);
	mmio_write(&rng, rng.notify, 2, 0);
	is_broken("a notify of a queue not enabled");
	start_rng();
	mmio_write(&rng, rng.notify, 2, 77);
	is_broken("a notify of queue 77");
	start_rng();
	offer(end, 16);
	is_broken("a buffer behind memory");
	start_rng();
	q.avail->idx = 1000;
	mmio_write(&rng, rng.notify, 2, 0);
	is_broken("an index that jumped");
	mmio_write(&rng, rng.common + QUEUES, 2, 9);
	is_broken("a register that cannot be written");
}

/* --- Elsewhere in that memory, and by other instructions, it is a page fault. ----------------- */

static void test_holes(void)
{
	const u32 hole = 0xfa000000;
	u32 eax = 0x1234, bar = config_read(rng.slot, 16);
	int v;

	map(current_directory(), hole, (mem_bytes + 300 * PAGE) | PTE_P | PTE_W);
	v = TRY("movl 0xfa000000, %%eax");
	check(v == 14 && guest_data.cr2 == hole, "a load where no device is: vector %d", v);
	check(expect_frame.error == 1, "its error code is %x", expect_frame.error);
	change(current_directory(), hole, (bar & ~(PAGE - 1)) | PTE_P | PTE_W);
	v = TRY("addl $1, 0xfa000014");
	check(v == 14, "addl to a register: vector %d", v);
	__asm__ volatile("movzwl 0xfa000012, %0" : "=r"(eax));	/* of the first device, the console */
	check(eax == 2, "movzwl of num_queues gives %x", eax);
	config_write(rng.slot, 16, bar + 0x8000);
	change(current_directory(), hole, ((bar + 0x8000) & ~(PAGE - 1)) | PTE_P | PTE_W);
	eax = *(volatile u16 *)(hole + bar % PAGE + QUEUES);
	check(eax == 1, "the rng has %u queues at its new place", eax);
	config_write(rng.slot, 16, bar);
	check(mmio_read(&rng, rng.common + QUEUES, 2) == 1, "the rng is back");
}

/* --- A share: 9P's first message -------------------------------------------------------------- */

static void ignore(void *arg)
{
	(void)arg;
}

static void test_share(void)
{
	static const u8 version[] = { 19, 0, 0, 0, 100, 0xff, 0xff, 0, 0x20, 0, 0,
				      6, 0, '9', 'P', '2', '0', '0', '0' };
	u32 slot = pci_slot(9, 0), end = ticks + 5 * HZ;
	u8 *text = page(), *reply = page();
	struct pci share;

	if (argument("share") < 0)
		return;
	check(slot, "no share");
	pci_find(slot, &share);
	irq_handler(share.irq, ignore, NULL);
	check(mmio_read(&share, share.config, 2) == 3, "a tag of %u bytes",
	      mmio_read(&share, share.config, 2));
	pci_agree(&share);
	pci_queue(&share, 0, &q);
	pci_set_status(&share, 4);
	memcpy(text, version, sizeof(version));
	q.desc[0].addr = pa(text);
	q.desc[0].len = sizeof(version);
	q.desc[0].flags = q.desc[0].next = 1;
	q.desc[1].addr = pa(reply);
	q.desc[1].len = 4096;
	q.desc[1].flags = 2;
	q.avail->ring[0] = 0;
	q.avail->idx = 1;
	mmio_write(&share, share.notify, 2, 0);
	while (!q.used->idx && (s32)(ticks - end) < 0)
		;
	check(q.used->idx && q.used->ring[0].len == 19, "the share is silent");
	check(reply[4] == 101 && reply[13] == '9', "reply of type %u", reply[4]);
	check(mmio_read(&share, share.isr, 1) == 1, "its ISR");
	mmio_write(&share, share.common + STATUS, 1, 0);
	check(pci_status(&share) == 0, "its status after a reset");
	print("share: 9P2000\n");
}

/* Once, which the disk remembers. */
static void test_restart(void)
{
	static u32 sector[128] __attribute__((aligned(512)));

	if (argument("restart") < 0)
		return;
	check(block_read(64, sector, 1) == 0, "read sector 64");
	if (sector[0] == 0x5ec0d) {
		print("restarted\n");
		return;
	}
	sector[0] = 0x5ec0d;
	check(block_write(64, sector, 1) == 0, "write sector 64");
	hcall(H_SHUTDOWN, 0, 2, 0, 0);
}

/* --- Anything at all: the guest may ruin itself, by what devices write to its memory ------------ */

static u32 random_state;

static u32 random(void)			/* xorshift */
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

#define ACCESS(insn, at, value) \
	__asm__ volatile("movl $1f, expect_eip\n" insn "\n1: movl $0, expect_eip" \
			 : : "a"(value), "d"(at) : "memory", "ecx", "cc")

static void random_port(u32 value)
{
	u32 port = 0xcf8 + random() % 8;

	switch (random() % 6) {
	case 0:
		ACCESS("outb %%al, %%dx", port, value);
		break;
	case 1:
		ACCESS("outw %%ax, %%dx", port, value);
		break;
	case 2:
		ACCESS("outl %%eax, %%dx", port, value);
		break;
	case 3:
		ACCESS("movl %%eax, %%ecx; inb %%dx, %%al; movl %%ecx, %%eax", port, value);
		break;
	default:
		config_write(random() % 6, random() % 160 & ~3u, value);
	}
}

static void random_register(u32 at, u32 value)
{
	switch (random() % 7) {
	case 0:
		ACCESS("movb %%al, (%%edx)", at, value);
		break;
	case 1:
		ACCESS("movw %%ax, (%%edx)", at, value);
		break;
	case 2:
		ACCESS("movl %%eax, (%%edx)", at, value);
		break;
	case 3:
		ACCESS("movb (%%edx), %%ch", at, value);
		break;
	case 4:
		ACCESS("movzwl (%%edx), %%ecx", at, value);
		break;
	case 5:
		ACCESS("cmpl %%ecx, (%%edx)", at, value);
		break;
	default:
		ACCESS("movw $1, (%%edx)", at, value);
	}
}

/* From a reset to DRIVER_OK, with a queue in a page of its own, or somewhere else. */
static void random_start(u32 device, u32 ring)
{
	static const u32 steps[][2] = { { 20, 0 }, { 20, 1 }, { 20, 3 }, { 20, 11 }, { 20, 15 } };
	u32 at = random() % 16 ? pa(ring) : random(), i;

	for (i = 0; i < ARRAY(steps); i++) {
		if (i == 3) {
			ACCESS("movl %%eax, (%%edx)", device + 8, 1);
			ACCESS("movl %%eax, (%%edx)", device + 12, 1);
		} else if (i == 4) {
			ACCESS("movw %%ax, (%%edx)", device + 22, random() % 2);
			ACCESS("movl %%eax, (%%edx)", device + 32, at);
			ACCESS("movl %%eax, (%%edx)", device + 40, at + 4096);
			ACCESS("movl %%eax, (%%edx)", device + 48, at + 8192);
			ACCESS("movw $1, (%%edx)", device + 28, 0);
		}
		ACCESS("movb %%al, (%%edx)", device + steps[i][0], steps[i][1]);
	}
}

static void test_random(void)
{
	u32 page_at = (u32)rng.registers & ~(PAGE - 1), n;
	u32 *ring = page();	/* and two more behind it */

	if (argument("seed") < 0)
		return;
	random_state = (u32)argument("seed") * 2654435761u + 1;
	page();
	page();
	irq_off();	/* handlers could not find their registers */
	for (n = 0; n < 20000; n++) {
		u32 value = random();

		switch (random() % 4) {		/* numbers that lead somewhere */
		case 0:
			value &= 0x3ffff0;
			break;
		case 1:
			value %= 16;
		}
		ring[random() % 3072] = value;
		switch (random() % 32) {
		case 0:
			random_start(page_at + random() % 4 * 128, (u32)ring);
			break;
		case 1:
			random_port(value);
			break;
		default:
			random_register(page_at + random() % 4 * 128 + random() % 64, value);
		}
	}
	power_off();	/* the console may be gone */
}

/* --- Cost -------------------------------------------------------------------------------------- */

/* The best of 40 times 50: others want the CPU too. */
#define COST(name, what) \
	do { \
		u32 best_ = ~0u; \
		for (u32 n_ = 0; n_ < 40; n_++) { \
			u64 t_ = __builtin_ia32_rdtsc(); \
			for (u32 i_ = 0; i_ < 50; i_++) \
				(void)(what); \
			t_ = __builtin_ia32_rdtsc() - t_; \
			if (t_ < best_) \
				best_ = (u32)t_; \
		} \
		print("%s: %u ns\n", name, best_ / 50 * 1000 / (guest_data.tsc_khz / 1000)); \
	} while (0)

static void test_cost(void)
{
	if (argument("cost") < 0 || !guest_data.tsc_khz)
		return;
	clock_stop();
	COST("port that is nobody's", port_inb(0x61));
	COST("configuration space", port_inl(0xcfc));
	COST("register of a device", mmio_read(&rng, rng.common + QUEUES, 2));
	COST("its ISR", mmio_read(&rng, rng.isr, 1));
	start_rng();
	COST("a notify", (mmio_write(&rng, rng.notify, 2, 0), 0));
	mmio_write(&rng, rng.common + STATUS, 1, 0);
	clock_start();
}

void more_tests(void)
{
	test_bus();
	pci_find(pci_slot(V_RNG, 0), &rng);
	test_rng();
	test_rules();
	test_holes();
	test_share();
	test_restart();
	test_cost();
	test_random();
}
