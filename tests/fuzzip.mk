# SPDX-License-Identifier: MIT
# The libFuzzer target of nine's IP stack: 32 bits, with nine's own headers, so
# it is built apart from the others and then runs with them.  Where gcc-multilib is missing there is nothing to do here.

ifneq ($(filter /%,$(shell gcc -m32 -print-file-name=libstdc++.so.6)),)

FUZZ_IP_SRC	:= tests/fuzzers/nine/ip.c $(sort $(filter-out nine/ip/devip%.c,$(wildcard nine/ip/*.c))) \
	$(addprefix nine/lib/pure/,fmt.c fmtstr.c fmtverb.c num.c rune.c utf.c tokenize.c quote.c str.c)
FUZZ_IP_FLAGS	:= -m32 -std=gnu11 -O1 -g -Inine/ip -Inine/include -Inine/port -Inine/lg -fms-extensions \
	-fno-builtin -fno-strict-aliasing -DKERNEL -Dmalloc=kmalloc -Dsleep=ksleep -Derror=kerror -Wno-microsoft-anon-tag -MMD -MP \
	-fsanitize=fuzzer-no-link,address

$(FUZZ)/obj32/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_IP_FLAGS) -c -o $@ $<

$(FUZZ)/ip: $(FUZZ_IP_SRC:%.c=$(FUZZ)/obj32/%.o)
	@mkdir -p $(FUZZ)/lib32	# gcc-multilib has the 32-bit C++ library, but not under the linker's name
	@ln -sf "$$(gcc -m32 -print-file-name=libstdc++.so.6)" $(FUZZ)/lib32/libstdc++.so
	$(FUZZ_CC) -m32 -fsanitize=fuzzer,address -L$(FUZZ)/lib32 -o $@ $^

-include $(FUZZ_IP_SRC:%.c=$(FUZZ)/obj32/%.d)

FUZZERS += ip
fuzzers: $(FUZZ)/ip

endif
