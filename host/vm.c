/* SPDX-License-Identifier: MIT */
/*
 * H:050 The Launcher's side of the Host: makes a guest's memory, starts its
 * zygote in a sandbox, and afterwards trusts nothing it reads there.  This is
 * ordinary hosted C; the rest of host/ runs inside the spaces.
 */
#include "host/vm.h"
#include "switcher/gates.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_SPACES	32

static u64 tsc(void)
{
	return __builtin_ia32_rdtsc();
}

static int memory_file(const char *name, u64 size)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, (off_t)size) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static u32 read_number(const char *path, u32 otherwise)
{
	FILE *f = fopen(path, "re");
	unsigned long v = otherwise;

	if (f) {
		if (fscanf(f, "%lu", &v) != 1)
			v = otherwise;
		fclose(f);
	}
	return v > UINT_MAX ? otherwise : (u32)v;
}

static void init_cpu(struct lg_cpu *cpu)
{
	static const u16 fcw = 0x37f;
	static const u32 mxcsr = 0x1f80;

	memcpy(cpu->fpu, &fcw, sizeof(fcw));
	memcpy(cpu->fpu + 24, &mxcsr, sizeof(mxcsr));
	cpu->linear = 1;
	cpu->kernel_address = 0xc0000000;
	cpu->syscall_vec = 0x80;
	cpu->sw.iret_slow = 1;
	cpu->regs.eflags = 0x202;
	cpu->regs.ds = cpu->regs.es = cpu->regs.ss = SEL_KDATA;
}

static int make_memory(struct lg *lg, const char **what)
{
	u64 size = (u64)lg->view.shared_pages * LG_PAGE_SIZE;

	*what = "memfd_create for the shared state";
	lg->state_fd = memory_file("lguest-state", LG_STATE_SIZE(lg->view.shared_pages));
	if (lg->state_fd < 0)
		return -errno;
	*what = "memfd_create for guest RAM";
	lg->ram_fd = memory_file("lguest-ram", size);
	if (lg->ram_fd < 0)
		return -errno;
	*what = "mapping the shared state";
	lg->view.shared = mmap(NULL, LG_STATE_SIZE(lg->view.shared_pages), PROT_READ | PROT_WRITE, MAP_SHARED,
			  lg->state_fd, 0);
	if (lg->view.shared == MAP_FAILED)
		return -errno;
	*what = "mapping guest RAM";
	lg->view.ram = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, lg->ram_fd, 0);
	if (lg->view.ram == MAP_FAILED)
		return -errno;
	*what = "eventfd";
	lg->view.bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (lg->view.bell_fd < 0)
		return -errno;
	for (int i = 1; i < LG_DOORBELLS; i++) {
		lg->view.doorbells[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (lg->view.doorbells[i] < 0)
			return -errno;
	}
	*what = "timerfd_create";
	lg->clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return lg->clock_fd < 0 ? -errno : 0;
}

static void kick(struct lg_view *v);

int lg_create(struct lg **out, const struct lg_config *config, const char **what)
{
	struct lg *lg;
	int ret;

	*what = "guest memory size";
	if (!config->ram_bytes || config->ram_bytes % LG_PAGE_SIZE ||
	    config->ram_bytes > LG_MAX_RAM)
		return -EINVAL;
	lg = calloc(1, sizeof(*lg));
	if (!lg)
		return -ENOMEM;
	lg->state_fd = lg->ram_fd = lg->clock_fd = lg->pidfd = lg->hello_fd = -1;
	lg->view.bell_fd = -1;
	memset(lg->view.doorbells, -1, sizeof(lg->view.doorbells));
	memset(lg->shared_fds, -1, sizeof(lg->shared_fds));
	lg->view.kick = kick;
	lg->view.shared = MAP_FAILED;
	lg->view.ram = MAP_FAILED;
	lg->view.ram_pages = config->ram_bytes / LG_PAGE_SIZE;
	lg->view.shared_pages = lg->view.ram_pages + LG_DEVICE_PAGES;
	ret = make_memory(lg, what);
	if (!ret && config->doctor)
		ret = host_doctor_create(lg);
	if (ret) {
		lg_destroy(lg);
		return ret;
	}
	lg->tsc0 = tsc();
	lg->ns0 = host_now();
	lg->view.shared->abi_version = LG_ABI_VERSION;
	lg->view.shared->ram_pages = lg->view.ram_pages;
	lg->view.shared->pages = lg->view.shared_pages;
	lg->view.shared->no_patch = config->no_patch != 0;
	lg->view.shared->force_base = config->force_base;
	lg->view.shared->tracing = config->tracing != 0;
	lg->view.shared->generations = config->generations;
	lg->view.shared->pae = config->pae != 0;
	lg->view.shared->event_mask = (config->tracing ? LG_TRACE_EVENTS : LG_EVENTS) - 1;
	lg->view.shared->max_spaces = config->max_spaces ? config->max_spaces : DEFAULT_SPACES;
	if (lg->view.shared->max_spaces > LG_SPACES)
		lg->view.shared->max_spaces = LG_SPACES;
	init_cpu(&lg->view.shared->cpu);
	for (u32 i = 0; i < LG_SPACES; i++)
		lg->view.shared->spaces[i].pgdir = 0xffffffff;
	*out = lg;
	return 0;
}

struct lguest *lg_shared(struct lg *lg)
{
	return lg->view.shared;
}

/* --- Running -------------------------------------------------------------------- */

static u32 measure_tsc(struct lg *lg)
{
	u32 a, b, c, d;
	u64 ns, ticks;

	if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 0x100))
		return 0;		/* not invariant: do not trust it */
	while ((ns = host_now() - lg->ns0) < 1000000)
		;
	ticks = tsc() - lg->tsc0;
	return (u32)(ticks * 1000000 / ns);
}

void lg_start_paged(struct lg *lg, u32 pgdir, u32 page_offset)
{
	struct lg_cpu *cpu = &lg->view.shared->cpu;

	cpu->linear = 0;
	cpu->pgdir = pgdir;
	cpu->kernel_address = page_offset;
}

int lg_start(struct lg *lg, u32 entry, const struct lg_note *note, const char **what)
{
	struct lguest *s = lg->view.shared;
	int ret;

	s->entry = entry;
	s->cpu.regs.eip = entry;
	if (!s->cpu.linear)
		s->cpu.regs.eip += s->cpu.kernel_address;
	s->guest_id = (u32)getpid();
	if (note) {
		s->native = 1;
		s->generation = LG_GEN_NATIVE;
		s->note = *note;
		s->cpu.kernel_address = note->kernel_base;
	}
	s->mmap_min = (read_number("/proc/sys/vm/mmap_min_addr", 65536) + 4095) & ~4095u;
	s->cpu_nr = ~0u;
	lg->cpu_nr = -1;
	if (sched_getaffinity(0, sizeof(lg->cpus), &lg->cpus) < 0)
		CPU_ZERO(&lg->cpus);
	s->tsc_khz = measure_tsc(lg);
	s->tsc_base = tsc();
	s->ns_base = host_now();
	s->spin_ns = CPU_COUNT(&lg->cpus) > 1 ? HOST_LOOK_NS : 0;
	s->cpu.look_ns = s->spin_ns;
	lg->view.running = 1;
	s->spaces[0].turn = 1;
	s->spaces[0].pgdir = s->cpu.pgdir;
	s->want_spaces = 1;
	ret = host_spawn_zygote(lg, what);
	if (!ret)
		lg->started = 1;
	return ret;
}

const char *lg_missing_layers(struct lg *lg)
{
	return lg->missing;
}

int lg_bell_fd(struct lg *lg)
{
	return lg->view.bell_fd;
}

int lg_clock_fd(struct lg *lg)
{
	return lg->clock_fd;
}

int lg_death_fd(struct lg *lg)
{
	return lg->pidfd;
}

/* A new space's hello: four bytes, and the kernel's word who sent them. */
static void receive_hellos(struct lg *lg)
{
	for (;;) {
		u32 index;
		struct iovec iov = { &index, sizeof(index) };
		union {
			struct cmsghdr h;
			char space[CMSG_SPACE(sizeof(struct ucred))];
		} control;
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				      .msg_controllen = sizeof(control) };
		struct cmsghdr *c;
		struct ucred cred;
		ssize_t n;

		n = recvmsg(lg->hello_fd, &msg, MSG_DONTWAIT);
		if (n <= 0)
			return;
		if (msg.msg_flags & MSG_TRUNC) {	/* not a hello: text */
			host_missing(lg, "empty root: spaces see your files, through seccomp only");
			continue;
		}
		if (n != sizeof(index))
			continue;
		c = CMSG_FIRSTHDR(&msg);
		if (index >= LG_SPACES || !c || c->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&cred, CMSG_DATA(c), sizeof(cred));
		if (cred.pid > 0)
			lg->pids[index] = cred.pid;
	}
}

/*
 * Interrupt whatever runs the guest.  run.c and the Switcher say why it works.
 * Of a space we have not heard of yet only the main thread can hear.
 */
static int kick_space(struct lg *lg)
{
	s32 running = lg->view.shared->cpu.running;
	pid_t pid;

	if (running <= 0 || running > LG_SPACES || lg->stopped)
		return 0;
	pid = lg->pids[running - 1];
	if (!pid)
		return -ESRCH;
	kill(pid, SIGUSR1);
	return 0;
}

void host_kick(struct lg *lg)
{
	if (kick_space(lg) < 0) {
		receive_hellos(lg);
		kick_space(lg);
	}
}

/* From any thread. */
static void kick(struct lg_view *v)
{
	struct lg *lg = (struct lg *)((char *)v - offsetof(struct lg, view));

	if (kick_space(lg) < 0)
		view_ask_for_kick(v);
}

void host_wake(struct lg *lg)
{
	struct lg_cpu *cpu = &lg->view.shared->cpu;

	if (cpu->halted) {
		atomic_fetch_add(&cpu->wake, 1);
		syscall(SYS_futex, &cpu->wake, FUTEX_WAKE, 1, NULL, NULL, 0);
	}
	host_kick(lg);
}

int lg_irq(struct lg *lg, u32 irq)
{
	if (irq >= LG_IRQS)
		return -EINVAL;
	view_irq(&lg->view, irq);
	return 0;
}

struct lg_view *lg_view(struct lg *lg)
{
	return &lg->view;
}

int lg_parcel(struct lg *lg, u32 doorbell, void *data, int *fds)
{
	return lg_pack(&lg->view, lg->state_fd, lg->ram_fd, doorbell, data, fds);
}

static struct lg_request ended(struct lg *lg)
{
	lg_stop(lg);
	if (lg->reason[0]) {		/* whatever the guest made of it */
		lg->view.shared->state = LG_DEAD;
		memcpy(lg->view.shared->reason, lg->reason, sizeof(lg->reason));
	}
	return (struct lg_request){ .what = LG_ENDED };
}

/* The guest waits; each word is read once, and what it means is for others to check. */
static struct lg_request asked(struct lg *lg)
{
	const volatile struct lguest *s = lg->view.shared;
	struct lg_request r = { .what = LG_ASKED, .op = s->sync_op };

	for (u32 i = 0; i < LG_OP_ARGS; i++)
		r.args[i] = s->sync_args[i];
	return r;
}

struct lg_request lg_next(struct lg *lg)
{
	u64 count;
	siginfo_t info = { 0 };

	receive_hellos(lg);
	host_clock_due(lg);
	if (read(lg->view.bell_fd, &count, sizeof(count)) < 0)
		count = 0;		/* not rung */
	if (lg->ending || lg->view.shared->state != LG_RUNNING)
		return ended(lg);
	if (lg->view.shared->kick_wanted && atomic_exchange(&lg->view.shared->kick_wanted, 0))
		host_wake(lg);
	if (!lg->stopped && waitid(P_PIDFD, (id_t)lg->pidfd, &info, WEXITED | WNOHANG) == 0 &&
	    info.si_pid) {
		lg->reaped = 1;
		lg_kill(lg, "the zygote died (%s %d)",
			info.si_code == CLD_EXITED ? "exit status" : "signal", info.si_status);
		return ended(lg);
	}
	for (u32 i = 0; i < LG_DEVICE_PAGES / 64; i++) {
		u64 bits = lg->view.shared->kicks[i];
		u32 bit;

		if (!bits)
			continue;
		bit = (u32)__builtin_ctzll(bits);
		atomic_fetch_and(&lg->view.shared->kicks[i], ~(1ull << bit));
		return (struct lg_request){ .what = LG_KICK,
			.gpa = (lg->view.ram_pages + i * 64 + bit) * LG_PAGE_SIZE };
	}
	/* The guest waits, so the kicks came before. */
	if (lg->view.shared->sync_state == 1)
		return asked(lg);
	return (struct lg_request){ .what = LG_NOTHING };
}

void lg_done(struct lg *lg, u32 result)
{
	lg->view.shared->sync_result = result;
	lg->view.shared->sync_state = 0;
	syscall(SYS_futex, &lg->view.shared->sync_state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* --- The end ----------------------------------------------------------------------- */

void lg_kill(struct lg *lg, const char *fmt, ...)
{
	u32 running = LG_RUNNING;
	va_list ap;

	if (atomic_exchange(&lg->ending, 1) ||
	    !atomic_compare_exchange_strong(&lg->view.shared->state, &running, LG_DEAD)) {
		eventfd_write(lg->view.bell_fd, 1);
		return;
	}
	va_start(ap, fmt);
	vsnprintf(lg->reason, sizeof(lg->reason), fmt, ap);
	va_end(ap);
	memcpy(lg->view.shared->reason, lg->reason, sizeof(lg->reason));
	eventfd_write(lg->view.bell_fd, 1);
}

/* Kill the zygote; its death takes the spaces along, and we make sure of it. */
void lg_stop(struct lg *lg)
{
	siginfo_t info;

	if (!lg->started || lg->stopped)
		return;
	lg->stopped = 1;
	receive_hellos(lg);
	syscall(SYS_pidfd_send_signal, lg->pidfd, SIGKILL, NULL, 0);
	if (!lg->own_pidns)
		for (u32 i = 0; i < LG_SPACES; i++)
			if (lg->pids[i])
				kill(lg->pids[i], SIGKILL);
	if (!lg->reaped)
		waitid(P_PIDFD, (id_t)lg->pidfd, &info, WEXITED);
	lg->reaped = 1;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void lg_destroy(struct lg *lg)
{
	lg_stop(lg);
	host_doctor_destroy(lg);
	view_unmap(&lg->view);
	for (int i = 1; i < LG_DOORBELLS; i++)
		close_fd(lg->view.doorbells[i]);
	for (int i = 0; i < LG_SHARED; i++)
		close_fd(lg->shared_fds[i]);
	close_fd(lg->state_fd);
	close_fd(lg->ram_fd);
	close_fd(lg->view.bell_fd);
	close_fd(lg->clock_fd);
	close_fd(lg->pidfd);
	close_fd(lg->hello_fd);
	free(lg);
}
