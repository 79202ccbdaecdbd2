# SPDX-License-Identifier: MIT
# The tutorial's kernels (doc/porting.md) and their mistakes, each made by its
# own Makefile into out/examples.

EXAMPLE_SRCS := $(wildcard examples/*/*) $(wildcard kit/*.[chS] kit/*.mk kit/*.lds)

examples: $(O)/examples/built

$(O)/examples/built: $(EXAMPLE_SRCS) include/lguest/abi.h examples/rules.mk
	@for d in examples/[0-9]*; do \
		mkdir -p $(O)/$$d; \
		for m in "" $$(sed -n 's/^MISTAKES = //p' $$d/Makefile); do \
			$(MAKE) -s -C $$d O=$(abspath $(O))/$$d KIT_BUILD=$(abspath $(O))/examples/kit \
				CC="$(CC)" MISTAKE=$$m || exit 1; \
		done; \
	done
	@touch $@

.PHONY: examples
