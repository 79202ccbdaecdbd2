# Targets that look at the code instead of building it, and the two scripts.
#
#   make lint	clang-tidy, cppcheck and shellcheck, clean or an error; no file over 500 lines
#   make format	clang-format on lines changed since the last commit (BASE=HEAD), host
#		side and kit (nine has Plan 9's style)
#   make asan	out/asan/lguest: Launcher, devices and debug with ASan and UBSan,
#		and the unit tests likewise

HOST_SRCS	= $(sort $(wildcard launcher/*.c devices/*.c host/*.c switcher/*.c debug/*.c))
KIT_SRCS	= $(sort $(wildcard kit/*.c kit/example/*.c examples/*/*.c))
UNIT_SRCS	= $(sort $(wildcard tests/unit/*.c))
LINT_HEADERS	= $(wildcard include/lguest/*.h launcher/*.h devices/*.h host/*.h switcher/*.h \
		  debug/*.h kit/*.h tests/unit/*.h)

# --- lint: one stamp per file, so that only what changed is looked at again.

LINT		:= $(O)/lint
LINT_CFLAGS	= $(filter-out -MMD -MP,$(HOSTCFLAGS)) -D_GNU_SOURCE -Wno-unknown-warning-option
LINT_KIT_CFLAGS	= -m32 -std=gnu11 -ffreestanding -Iinclude -Ikit -DKIT_NATIVE \
		  -Wno-unknown-warning-option

LINT_TIDY	= $(HOST_SRCS:%=$(LINT)/%.tidy) $(KIT_SRCS:%=$(LINT)/%.tidy)

$(LINT)/kit/%.c.tidy: kit/%.c $(LINT_HEADERS) .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LINT_KIT_CFLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

$(LINT)/examples/%.c.tidy: examples/%.c $(LINT_HEADERS) .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LINT_KIT_CFLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

$(LINT)/%.c.tidy: %.c $(LINT_HEADERS) .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LINT_CFLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

$(LINT)/cppcheck: $(HOST_SRCS) $(KIT_SRCS) $(UNIT_SRCS) $(LINT_HEADERS)
	@mkdir -p $(@D)
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --platform=unix64 \
		--enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=comparePointers \
		-UMISTAKE -Iinclude -I. -Ikit $(HOST_SRCS) $(KIT_SRCS) $(UNIT_SRCS)
	@touch $@

# nine: Plan 9's idioms (ARGBEGIN, linker symbols, error() that does not return)
# are beyond cppcheck; what is left on is left on because it found something.
NINE_SRCS	= $(shell find nine -name '*.[ch]' -not -path 'nine/lib/test/*')

$(LINT)/nine: $(NINE_SRCS)
	@mkdir -p $(@D)
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --platform=unix32 \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=comparePointers --suppress=unknownEvaluationOrder \
		--suppress=nullPointer --suppress=nullPointerRedundantCheck \
		--suppress=ctunullpointer --suppress=returnDanglingLifetime -i nine/lib/test -Inine/include -Inine/port \
		-Inine/lg -Iinclude nine
	@touch $@

LINT_SCRIPTS	= boot check .ci/run .ci/install.sh tests/run tests/soak tests/fuzz packaging/abi7 packaging/deb packaging/lguest $(wildcard tests/unit/*.sh tests/gopkg/*.sh)

# (No stamp: "boot" and "check" as prerequisites would be the targets.)
lint-scripts:
	shellcheck -x $(LINT_SCRIPTS)

# Files stay readable: at most 500 lines of source each.
lint-size:
	@find $(wildcard launcher devices host switcher debug kit examples include nine tests bench) boot check \
		-type f \( -name '*.[chS]' -o -name '*.sh' -o -name boot -o -name check \) | \
		xargs awk 'FNR == 501 { print FILENAME ": more than 500 lines"; bad = 1 } END { exit bad }'

lint: $(LINT_TIDY) $(LINT)/cppcheck $(LINT)/nine lint-scripts lint-size

# --- format

# Only lines that differ from BASE: tables and comments that somebody aligned by
# hand stay as they are until somebody touches them.

BASE	?= HEAD

format:
	git clang-format -f --style=file --extensions c,h $(BASE) -- \
		launcher devices host switcher debug kit examples include tests/unit || test $$? = 1

# --- asan: the Launcher's process once more, with the sanitizers watching.  What
# runs inside a space is freestanding and stays as it is.

ASAN		:= $(O)/asan
ASAN_FLAGS	:= -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
ASAN_SRCS	= $(sort $(LAUNCHER_SRCS) $(DEVICES_SRCS) $(DEBUG_SRCS) $(HOST_SRC))
ASAN_OBJS	= $(ASAN_SRCS:%.c=$(ASAN)/%.o)

$(ASAN)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE $(ASAN_FLAGS) -c -o $@ $<

$(ASAN)/lguest: $(ASAN_OBJS) $(O)/host/embed.o
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ $(DEBUG_LIBS) $(HOST_LIBS) -lz

asan: $(ASAN)/lguest $(ASAN_UNITS)

check:
	./check

boot:
	./boot

.PHONY: lint lint-scripts lint-size format asan check boot
