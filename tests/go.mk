# SPDX-License-Identifier: MIT
# Real programs: plan9/386 binaries made by Debian's Go compiler, run on nine.
# Without a Go compiler there is nothing to do here.

ifneq ($(shell command -v go 2>/dev/null),)

GT_GO	:= $(O)/tests/go
GO	:= env -u GOFLAGS GO111MODULE=off GOENV=off GOPROXY=off GOOS=plan9 GOARCH=386 CGO_ENABLED=0 \
	GOCACHE=$(abspath $(O))/tests/go/cache GOPATH=$(abspath $(O))/tests/go/path go
GO_SRC	:= $(shell go env GOROOT)/src
GO_PROGS := gc exec timers
GO_PKGS	:= $(shell sed '/^\#/d; s/[ \t].*//' tests/go/packages)
GO_NAMES := $(GO_PROGS) gofmt $(subst /,_,$(GO_PKGS))
GO_BINS	:= $(addprefix $(GT_GO)/,$(GO_PROGS) gofmt $(patsubst %,%.test,$(subst /,_,$(GO_PKGS))))

$(addprefix $(GT_GO)/,$(GO_PROGS)): $(GT_GO)/%: tests/go/%.go
	@mkdir -p $(@D)
	$(GO) build -p 1 -ldflags=-s -o $@ $<

$(GT_GO)/gofmt:
	@mkdir -p $(@D)
	$(GO) build -p 1 -ldflags=-s -o $@ cmd/gofmt

define GO_TEST
$(GT_GO)/$(subst /,_,$(1)).test: tests/go/packages
	@mkdir -p $$(@D)
	$$(GO) test -c -p 1 -vet=off -ldflags=-s -tags="$$$$(awk '$$$$1 == "$(1)" && $$$$2 != "-" { print $$$$2 }' $$<)" \
		-o $$@ $(1)
endef
$(foreach p,$(GO_PKGS),$(eval $(call GO_TEST,$(p))))

# A file for gofmt to work on: one of Go's own, with its layout spoilt.
$(GT_GO)/ugly.go: tests/go/gc.go
	@mkdir -p $(@D)
	sed 's/^\t*//; s/ := /:=/g; s/, /,/g' $< >$@

# nine's root, and in /go the programs and what the packages' tests read.
$(GT_GO)/tree: tests/go/tree.sh tests/go/packages $(GO_BINS)
	sh tests/go/tree.sh $(GT_GO) $(GO_SRC) $(GO_BINS) >$@

$(GT_GO)/root.img: $(NU)/tree $(GT_GO)/tree $(GT_GO)/ugly.go $(O)/mkroot
	$(O)/mkroot -o $@ $(NU)/tree $(GT_GO)/tree

$(GO_NAMES:%=$(O)/tests/unit/go_%): tests/go/run.sh $(GT_GO)/root.img
	@mkdir -p $(@D)
	cp tests/go/run.sh $@
	chmod +x $@

TESTS += $(GO_NAMES:%=$(O)/tests/unit/go_%)

endif
