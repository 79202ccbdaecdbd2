# The Host: out/space (freestanding, runs in every space) and out/libhost.a
# (the Launcher's side, with out/space inside).

# One to a line: everybody adds here.
SPACE_SRC := \
	host/space.c \
	host/generation.c \
	host/run.c \
	host/hypercalls.c \
	host/historical.c \
	host/init.c \
	host/memory.c \
	host/shadow.c \
	host/mapped.c \
	host/spaces.c \
	host/interrupts_and_traps.c \
	host/signals.c \
	host/segments.c \
	host/emulate.c \
	host/pci.c \
	host/patch.c \
	host/int80.c \
	host/clock.c \
	host/fpu.c \
	host/sandbox.c \
	host/count.c \
	host/sample.c \
	host/doctor.c \
	host/doctor_tables.c \
	host/doctor_step.c \
	host/doctor_queue.c \
	host/doctor_time.c \
	host/stop.c
SPACE_OBJ := $(SPACE_SRC:%.c=$(O)/spaceobj/%.o) $(O)/spaceobj/switcher/switcher.o
# Not from HOSTCFLAGS: a sanitizer, say, has no place in a space.
SPACE_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -fno-strict-aliasing -MMD -MP -Iinclude -I. -D_GNU_SOURCE -ffreestanding -fno-stack-protector -fcf-protection=none \
	-mgeneral-regs-only -mno-red-zone -fPIE -fvisibility=hidden

$(O)/spaceobj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(SPACE_CFLAGS) -c $< -o $@

$(O)/spaceobj/%.o: %.S
	@mkdir -p $(@D)
	$(CC) -MMD -MP -Iinclude -I. -c $< -o $@

$(O)/space.elf: $(SPACE_OBJ) host/space.lds
	$(LD) -static -no-pie -z noexecstack --build-id=none -T host/space.lds -o $@ $(SPACE_OBJ)

$(O)/space: $(O)/space.elf
	objcopy --strip-all $< $@

HOST_SRC := host/vm.c host/vm_clock.c host/freeze.c host/doctor_vm.c host/generation.c host/view.c host/parcel.c host/vm_memory.c host/spawn.c host/balance.c host/stop_vm.c host/count_vm.c host/hcall_page.c host/preflight.c
HOST_OBJ := $(HOST_SRC:%.c=$(O)/%.o) $(O)/host/embed.o

$(O)/host/%.o: host/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -c $< -o $@

$(O)/host/embed.o: host/embed.S $(O)/space
	@mkdir -p $(@D)
	$(CC) -Wa,-I$(O) -c $< -o $@

$(O)/libhost.a: $(HOST_OBJ)
	rm -f $@
	$(AR) rcs $@ $^
