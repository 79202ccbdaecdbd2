# nine: the kernel, and its userland with the ramdisk.
-include nine/user.mk nine/kernel.mk

ALL += $(O)/nine
