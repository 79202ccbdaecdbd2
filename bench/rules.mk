# The benchmark: its program for every system, the driver that runs it
# everywhere, and "make bench".
#
# The parts that are timed are compiled once for 32 bits: the native program
# and nine's are linked from the same objects.  Functions and loops are
# aligned, so that where a linker puts them does not show in the results.

BENCH_CFLAGS := -std=gnu11 -O2 -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-strict-aliasing -fno-tree-loop-distribute-patterns -fno-tree-vectorize -fno-math-errno \
	-falign-functions=64 -falign-loops=32 -Wall -Wextra -Wshadow -MMD -MP
BENCH_PARTS := main kern cpu
BENCH_32 := $(BENCH_PARTS:%=$(O)/bench/32/%.o)
BENCH_64 := $(BENCH_PARTS:%=$(O)/bench/64/%.o)

$(O)/bench/32/%.o: bench/prog/%.c
	@mkdir -p $(@D)
	$(CC) -m32 -march=i686 $(BENCH_CFLAGS) -c -o $@ $<

$(O)/bench/64/%.o: bench/prog/%.c
	@mkdir -p $(@D)
	$(CC) -m64 $(BENCH_CFLAGS) -c -o $@ $<

$(O)/bench/linux32: $(BENCH_32) bench/prog/os_linux.c
	$(CC) -m32 -static -no-pie -std=gnu11 -O2 -Wall -Wextra -Wshadow -o $@ bench/prog/os_linux.c $(BENCH_32)

$(O)/bench/linux64: $(BENCH_64) bench/prog/os_linux.c
	$(CC) -m64 -static -no-pie -std=gnu11 -O2 -Wall -Wextra -Wshadow -o $@ bench/prog/os_linux.c $(BENCH_64)
