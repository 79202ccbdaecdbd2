# nine's kernel: port/ and lg/ and the pure half of the library, with kernel
# flags.
#
#   $(O)/nine.elf	the kernel with the ramdisk in it, and debug symbols
#   $(O)/nine		the same; what lguest runs
#   $(O)/nine.poison	one that panics when memory is used after it was freed,
#			or freed twice; for make soak

NK	:= $(O)/nine-k
NKCFLAGS := $(GUESTCFLAGS) -Inine/include -Inine/port -Inine/lg -fplan9-extensions \
	-mgeneral-regs-only -mpreferred-stack-boundary=2 -fno-omit-frame-pointer \
	-fno-tree-loop-distribute-patterns -DKERNEL -Wall -Wextra \
	-Wno-missing-field-initializers -Wno-clobbered -Wno-unused-parameter
NKSRC	:= $(sort $(wildcard nine/port/*.c nine/lg/*.c nine/ip/*.c nine/lib/pure/*.c))
NKOBJ	:= $(NKSRC:nine/%.c=$(NK)/%.o) $(NK)/lg/l.o

$(NK)/%.o: nine/%.c
	@mkdir -p $(@D)
	$(CC) $(NKCFLAGS) -c $< -o $@

$(NK)/lg/l.o: nine/lg/l.S $(O)/root.img
	@mkdir -p $(@D)
	$(CC) $(GUESTCFLAGS) -Inine/lg -DROOTIMG='"$(O)/root.img"' -c $< -o $@

$(O)/nine: $(NKOBJ) nine/lg/nine.ld
	@[ ! -d $@ ] || rm -rf $@	# older builds had a directory here
	$(CC) -m32 -nostdlib -static -no-pie -Wl,-T,nine/lg/nine.ld -Wl,--build-id=none \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
		$(NKOBJ) -o $@

$(NK)/poison.o: nine/port/alloc.c
	@mkdir -p $(@D)
	$(CC) $(NKCFLAGS) -DPOISON -c $< -o $@

$(O)/nine.poison: $(O)/nine $(NK)/poison.o
	$(CC) -m32 -nostdlib -static -no-pie -Wl,-T,nine/lg/nine.ld -Wl,--build-id=none \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
		$(NKOBJ:%/port/alloc.o=%/poison.o) -o $@
