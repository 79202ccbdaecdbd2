# SPDX-License-Identifier: MIT
# Programs whose run-time system no one here wrote: Go's, cross-compiled for
# plan9/386 by Debian's golang-go without fetching anything.  They are put into
# a root image of their own; tests/nine/go_*.rc run them.

ifneq ($(shell command -v go 2>/dev/null),)

GOALL	:= $(filter-out t,$(notdir $(patsubst %/,%,$(dir $(wildcard tests/go/*/*.go)))))
GOENV	:= env -u GOROOT -u GOPATH GOOS=plan9 GOARCH=386 CGO_ENABLED=0 GO111MODULE=on GOFLAGS=-mod=mod \
	GOPROXY=off GOSUMDB=off GOENV=off GOCACHE=$(abspath $(O))/go/cache HOME=$(abspath $(O))/go

# One command for all of them, so that the compiler is started once.
$(O)/go/.built: $(wildcard tests/go/*/*.go) tests/go/go.mod tests/go.mk
	@mkdir -p $(O)/go/bin
	cd tests/go && $(GOENV) go build -trimpath -ldflags '-s -w' -p 2 -o $(abspath $(O))/go/bin/ $(GOALL:%=./%)
	@touch $@

$(O)/go/root.img: $(O)/go/.built $(NU)/tree $(O)/root.img $(O)/mkroot
	for i in $(GOALL); do echo file 0775 go/$$i $(O)/go/bin/$$i; done >$(O)/go/tree
	$(O)/mkroot -o $@ $(NU)/tree $(O)/go/tree

# Go's compiler and linker themselves, built for nine, and a program for them
# to work on, which must come out as it does here.
$(O)/go/compiler/compile $(O)/go/compiler/link: $(O)/go/compiler/%: tests/go.mk
	@mkdir -p $(@D)
	cd tests/go && $(GOENV) go build -trimpath -ldflags '-s -w' -p 2 -o $(abspath $@) cmd/$*

$(O)/go/compiler/tree: tests/gocompile/image.sh tests/gocompile/words.go $(O)/go/compiler/compile $(O)/go/compiler/link
	cd tests/go && $(GOENV) sh ../gocompile/image.sh $(abspath $(@D))

$(O)/go/compiler.img: $(O)/go/compiler/tree $(NU)/tree $(O)/root.img $(O)/mkroot
	$(O)/mkroot -o $@ $(NU)/tree $(O)/go/compiler/tree

TESTS += $(O)/go/root.img $(O)/go/compiler.img

endif
