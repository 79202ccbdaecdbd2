# lguest: hand-written, non-recursive.  Each directory's rules.mk adds its
# objects and programs; everything is built into out/.
#
#   make            lguest, nine and the kit example
#   make examples   the kernels of doc/porting.md, and their mistakes
#   make boot       build and boot nine
#   make check      build and run every test (what ./check does)
#   make bench      measure against the rivals (QUICK=1: without the slow ones)
#   make bench-devices  disks, networks, shares against the host's own tools
#   make install deb     PREFIX=/usr/local, DESTDIR; a Debian package in out/
#   make lint format asan book soak fuzz clean

O	:= out
CC	:= gcc
HOSTCFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -fno-strict-aliasing -MMD -MP -Iinclude -I.
GUESTCFLAGS := -m32 -march=i686 -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -no-pie -nostdlib \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-strict-aliasing -fcf-protection=none \
	-MMD -MP -Iinclude

all:

-include launcher/rules.mk devices/rules.mk host/rules.mk switcher/rules.mk debug/rules.mk
-include kit/rules.mk examples/rules.mk nine/rules.mk tests/rules.mk bench/rules.mk doc/rules.mk quality.mk install.mk

all: $(ALL)

clean:
	rm -rf $(O)

.PHONY: all clean boot check bench lint format asan book soak fuzz
.DELETE_ON_ERROR:
.SECONDEXPANSION:

-include $(shell find $(O) -name '*.d' 2>/dev/null)
