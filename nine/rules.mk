# nine: the kernel, and its userland with the ramdisk.  $(O)/nine is the
# kernel itself; everything on the way to it is in directories beside.

-include nine/user.mk nine/kernel.mk

ALL += $(O)/nine
