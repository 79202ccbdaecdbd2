# nine: the kernel, and its userland with the ramdisk.  $(O)/nine is the
# kernel itself, so everything on the way to it goes into directories beside.
override NU := $(O)/nine-u

-include nine/user.mk nine/kernel.mk

ALL += $(O)/nine
