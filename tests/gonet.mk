# SPDX-License-Identifier: MIT
# The tests of Go's network packages, cross-compiled for plan9/386 by Debian's
# Go and run on nine with the host's /net.  Without a Go compiler there is
# nothing to do here.

ifneq ($(shell command -v go 2>/dev/null),)

GONET	:= $(O)/gonet
GONET_GO := env -u GOFLAGS -u GOROOT GO111MODULE=off GOENV=off GOPROXY=off GOOS=plan9 GOARCH=386 \
	CGO_ENABLED=0 GOCACHE='$(CURDIR)/$(O)/go/cache' GOPATH='$(CURDIR)/$(O)/go/path' go
GONET_SRC := $(shell go env GOROOT)/src
GONET_PKGS := $(shell sed '/^\#/d; s/[ \t].*//' tests/gonet/packages)
GONET_TESTS := $(addprefix $(O)/tests/unit/gonet_,$(subst /,_,$(GONET_PKGS)))

# Each package's test program, and the files its tests read, in one share.
$(GONET)/.built: tests/gonet/packages
	@rm -rf $(GONET)/share
	@mkdir -p $(GONET)/share/src/testdata
	cp -L $(GONET_SRC)/testdata/* $(GONET)/share/src/testdata
	$(foreach p,$(GONET_PKGS),$(GONET_GO) test -c -vet=off -trimpath -ldflags='-s -w' -p 2 \
		-o $(GONET)/share/$(subst /,_,$(p)).test $(p) && mkdir -p $(GONET)/share/src/$(p) && \
		{ cp -L $(GONET_SRC)/$(p)/*.go $(GONET)/share/src/$(p); \
		test ! -d $(GONET_SRC)/$(p)/testdata || \
		cp -rL $(GONET_SRC)/$(p)/testdata $(GONET)/share/src/$(p); } &&) true
	@touch $@

# The same on nine's own IP stack.
GONET_TESTS += $(O)/tests/unit/goip_net $(O)/tests/unit/goip_net_rpc $(O)/tests/unit/goip_net_http

$(GONET_TESTS): tests/gonet/run.sh $(GONET)/.built $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/gonet/run.sh $@
	chmod +x $@

TESTS += $(GONET_TESTS)

endif
