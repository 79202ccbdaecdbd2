# SPDX-License-Identifier: MIT
# make install (PREFIX, DESTDIR), make uninstall, make deb.

PREFIX	?= /usr/local
DESTDIR	?=
VERSION	:= $(shell sed -n 's/^\#define VERSION "\(.*\)"/\1/p' launcher/main.c)

# Files, by the directory below PREFIX they go to.
INSTALL_bin			= $(O)/lguest
INSTALL_lib/lguest		= $(O)/nine
INSTALL_include/lguest		= $(wildcard include/lguest/*.h)
INSTALL_share/lguest/kit	= $(filter-out %/rules.mk,$(wildcard kit/*.[chS] kit/*.lds kit/*.mk))
INSTALL_share/man/man1		= $(wildcard doc/*.1)
INSTALL_share/man/man7		= $(O)/lguest-abi.7
INSTALL_share/doc/lguest	= README.md CHANGES LICENSE SECURITY.md $(filter-out doc/status.md doc/book.md,$(wildcard doc/*.md))
INSTALL_share/bash-completion/completions = packaging/lguest
INSTALL_share/zsh/site-functions = packaging/_lguest
INSTALL_DIRS = bin lib/lguest include/lguest share/lguest/kit share/man/man1 share/man/man7 \
	share/doc/lguest share/bash-completion/completions share/zsh/site-functions

# What a porter starts from keeps its directories.
INSTALL_TREES = $(filter-out %/rules.mk,$(sort $(wildcard examples/*/* examples/*.* examples/Makefile kit/example/*)))

# $(call install_dir,DIRECTORY)
define install_dir
	install -d $(DESTDIR)$(PREFIX)/$1
	install -m $(if $(filter bin,$1),755,644) $(INSTALL_$1) $(DESTDIR)$(PREFIX)/$1

endef

install: $(O)/lguest $(O)/nine $(O)/lguest-abi.7
	$(foreach d,$(INSTALL_DIRS),$(call install_dir,$d))
	for f in $(INSTALL_TREES); do \
		[ ! -f "$$f" ] || install -D -m 644 "$$f" "$(DESTDIR)$(PREFIX)/share/lguest/$$f" || exit 1; \
	done

# Only what install puts there; directories of ours when they are empty.
uninstall:
	$(foreach d,$(INSTALL_DIRS),rm -f $(patsubst %,$(DESTDIR)$(PREFIX)/$d/%,$(notdir $(INSTALL_$d)));)
	for f in $(INSTALL_TREES); do rm -f "$(DESTDIR)$(PREFIX)/share/lguest/$$f"; done
	for d in share/lguest lib/lguest include/lguest share/doc/lguest; do \
		[ ! -d "$(DESTDIR)$(PREFIX)/$$d" ] || \
		find "$(DESTDIR)$(PREFIX)/$$d" -depth -type d -empty -delete; \
	done

deb: $(O)/lguest $(O)/nine
	packaging/deb $(O) $(VERSION)

# lguest-abi(7) is doc/abi.md.
$(O)/lguest-abi.7: doc/abi.md packaging/abi7
	packaging/abi7 doc/abi.md >$@

.PHONY: install uninstall deb
