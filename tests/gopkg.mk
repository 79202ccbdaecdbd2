# SPDX-License-Identifier: MIT
# Tests of Go's own packages, cross-compiled for plan9/386 by Debian's Go and run
# on nine: programs that nobody here wrote.  tests/gopkg/packages lists those
# that ./check runs, tests/gopkg/more what `make soak` runs beside them.
# Without a Go compiler there is nothing to do here.

ifneq ($(shell command -v go 2>/dev/null),)

GP	:= $(O)/gopkg
GP_GO	:= env -u GOFLAGS -u GOROOT GO111MODULE=off GOENV=off GOPROXY=off GOOS=plan9 GOARCH=386 \
	CGO_ENABLED=0 GOCACHE='$(CURDIR)/$(O)/go/cache' GOPATH='$(CURDIR)/$(O)/go/path' go
GP_FLAGS := -trimpath -ldflags='-s -w' -p 2
GP_SRC	:= $(shell go env GOROOT)/src
GP_PKGS	:= $(shell sed '/^\#/d; s/[ \t].*//' tests/gopkg/packages)
GP_MORE	:= $(shell sed '/^\#/d; s/[ \t].*//' tests/gopkg/more)
GP_TAGS	= $(shell awk '$$1 == "$(1)" && $$2 != "-" { print $$2 }' tests/gopkg/packages tests/gopkg/more)
GP_BUILD = $(foreach p,$(1),$(GP_GO) test -c -vet=off $(GP_FLAGS) -tags='$(call GP_TAGS,$(p))' \
		-o $(GP)/bin/$(subst /,_,$(p)).test $(p) &&) true

# One after the other: the compiler already uses all the cores it may.
$(GP)/.built: tests/gopkg/packages
	@mkdir -p $(GP)/bin
	$(GP_GO) build $(GP_FLAGS) -o $(GP)/bin/gofmt cmd/gofmt
	$(call GP_BUILD,$(GP_PKGS))
	@touch $@

$(GP)/.more: tests/gopkg/more $(GP)/.built
	$(call GP_BUILD,$(GP_MORE))
	@touch $@

# A file for gofmt to work on: one of Go's own, with its layout spoilt.
$(GP)/ugly.go:
	@mkdir -p $(@D)
	sed 's/^\t*//; s/ := /:=/g; s/, /,/g' $(GP_SRC)/sort/search.go >$@

GP_RUN	:= $(addprefix $(O)/tests/unit/go_,gofmt $(subst /,_,$(GP_PKGS)))
GP_RUNMORE := $(addprefix $(GP)/run/go_,$(subst /,_,$(GP_MORE)))

$(GP_RUN): $(GP)/.built $(GP)/ugly.go
$(GP_RUNMORE): $(GP)/.more
$(GP_RUN) $(GP_RUNMORE): tests/gopkg/run.sh $(O)/nine $(O)/lguest
	@mkdir -p $(@D)
	cp tests/gopkg/run.sh $@
	chmod +x $@

TESTS += $(GP_RUN)
gopkg-more: $(GP_RUNMORE)

else
gopkg-more:
endif

.PHONY: gopkg-more
