-: tests/guest/lib/offsets.c host/lguest.h host/generation.h \
 include/lguest/abi.h
host/lguest.h:
host/generation.h:
include/lguest/abi.h:
