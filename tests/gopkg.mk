# SPDX-License-Identifier: MIT
# Tests of Go's own packages, cross-compiled for plan9/386 by Debian's Go and run
# on nine: programs that nobody here wrote.  tests/gopkg/packages lists them.
# Without a Go compiler there is nothing to do here.

ifneq ($(shell command -v go 2>/dev/null),)

GP	:= $(O)/gopkg
GP_GO	:= env -u GOFLAGS -u GOROOT GO111MODULE=off GOENV=off GOPROXY=off GOOS=plan9 GOARCH=386 \
	CGO_ENABLED=0 GOCACHE='$(CURDIR)/$(O)/go/cache' GOPATH='$(CURDIR)/$(O)/go/path' go
GP_FLAGS := -trimpath -ldflags='-s -w' -p 2
GP_SRC	:= $(shell go env GOROOT)/src
GP_PKGS	:= $(shell sed '/^\#/d; s/[ \t].*//' tests/gopkg/packages)
GP_TESTS := $(subst /,_,$(GP_PKGS))
GP_TAGS	= $(shell awk '$$1 == "$(1)" && $$2 != "-" { print $$2 }' tests/gopkg/packages)

# One after the other: the compiler already uses all the cores it may.
$(GP)/.built: tests/gopkg/packages
	@mkdir -p $(GP)/bin
	$(GP_GO) build $(GP_FLAGS) -o $(GP)/bin/gofmt cmd/gofmt
	$(foreach p,$(GP_PKGS),$(GP_GO) test -c -vet=off $(GP_FLAGS) -tags='$(call GP_TAGS,$(p))' \
		-o $(GP)/bin/$(subst /,_,$(p)).test $(p) &&) true
	@touch $@

# A file for gofmt to work on: one of Go's own, with its layout spoilt.
$(GP)/ugly.go:
	@mkdir -p $(@D)
	sed 's/^\t*//; s/ := /:=/g; s/, /,/g' $(GP_SRC)/sort/search.go >$@

$(GP)/tree: tests/gopkg/tree.sh tests/gopkg/packages $(GP)/.built
	sh tests/gopkg/tree.sh $(GP) $(GP_SRC) >$@

# nine's root, and in /go the programs and what the packages' tests read.
$(GP)/root.img: $(NU)/tree $(GP)/tree $(GP)/ugly.go $(O)/mkroot $(O)/root.img
	$(O)/mkroot -o $@ $(NU)/tree $(GP)/tree

$(addprefix $(O)/tests/unit/go_,gofmt $(GP_TESTS)): tests/gopkg/run.sh $(GP)/root.img
	@mkdir -p $(@D)
	cp tests/gopkg/run.sh $@
	chmod +x $@

TESTS += $(addprefix $(O)/tests/unit/go_,gofmt $(GP_TESTS))

endif
