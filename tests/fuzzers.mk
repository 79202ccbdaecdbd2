# SPDX-License-Identifier: MIT
# libFuzzer targets, one tests/fuzzers/NAME.c each, with clang's sanitizers.
#
#	make fuzzers			build them: out/fuzz/NAME
#	make fuzz-short			20 s of each (FUZZ_SECONDS), from the corpus
#	make fuzz			the fuzzing guests, then 10 minutes of each
#
# What they find is left in out/fuzz/found; new corpus files in out/fuzz/corpus.
# All of devices/ is linked to each target.

FUZZERS		:= $(patsubst tests/fuzzers/%.c,%,$(sort $(wildcard tests/fuzzers/*.c)))
FUZZ_CC		:= clang
FUZZ_FLAGS	:= -std=gnu11 -O1 -g -Wall -Wextra -fno-strict-aliasing -MMD -MP -Iinclude -I. -D_GNU_SOURCE \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FUZZ_SECONDS	?= 20
FUZZ		:= $(O)/fuzz

$(FUZZ)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

$(FUZZERS:%=$(FUZZ)/%): $(FUZZ)/%: $(FUZZ)/obj/tests/fuzzers/%.o $(DEVICES_SRCS:%.c=$(FUZZ)/obj/%.o)
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(DEVICES_LIBS) -lpthread -lz

$(FUZZ)/trace: $(addprefix $(FUZZ)/obj/debug/,trace_read.o trace_print.o trace_json.o event.o names.o)

$(FUZZ)/diagnose: $(FUZZ)/obj/host/generation.o $(filter-out $(FUZZ)/obj/debug/gdb% \
	$(FUZZ)/obj/debug/core% $(FUZZ)/obj/debug/doctor%,$(DEBUG_SRCS:%.c=$(FUZZ)/obj/%.o))
$(FUZZ)/diagnose: DEVICES_LIBS += $(DEBUG_LIBS)

$(FUZZ)/gdb: $(filter-out $(FUZZ)/obj/debug/doctor%,$(DEBUG_SRCS:%.c=$(FUZZ)/obj/%.o)) $(FUZZ)/obj/host/generation.o
$(FUZZ)/gdb: DEVICES_LIBS += $(DEBUG_LIBS)

$(FUZZ)/image: $(addprefix $(FUZZ)/obj/launcher/,image.o bzimage.o unpack.o gunzip.o note.o hints.o log.o)

fuzzers: $(FUZZERS:%=$(FUZZ)/%)

# At most FUZZ_SECONDS for each target; the last line is "N passed, N failed".
fuzz-short: fuzzers
	@tests/fuzzers/run $(FUZZ_SECONDS) $(FUZZERS)

fuzz: fuzz-long fuzz-generations

fuzz-long: fuzzers
	tests/fuzzers/run 600 $(FUZZERS)

fuzz-generations: $(O)/tests/unit/gen_random
	$(O)/tests/unit/gen_random 100000 10

.PHONY: fuzzers fuzz-short fuzz-long fuzz-generations
