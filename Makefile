# Needs Go, git and make; the Go tools come by the tool lines of go.mod.
SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO       ?= go
ARGS     ?=
FUZZTIME ?= 30s
TIMEOUT  ?= 15m
DURATION ?= 1m
SEED     ?= 0

# The race detector needs a C compiler; without one Go turns cgo off.
RACE := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
# winbindd needs root; where that takes sudo, only the test binary gets it.
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),-exec 'sudo -n')

.PHONY: help
help: ## list the targets (default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run scenarios: all embedded ones, or ARGS="file-or-id ..."
	$(GO) run ./cmd/wualab run $(ARGS)

.PHONY: test
test: ## all tests on loopback, with the race detector
	$(if $(RACE),,@echo "no C compiler: testing without the race detector")
	$(GO) test $(RACE) -timeout $(TIMEOUT) ./...

.PHONY: model
model: ## 10,000 random sequences of BITS calls against a reference model
	$(GO) test -run '^TestModel$$' -timeout $(TIMEOUT) ./agent/bits -rapid.checks=10000

.PHONY: capacity
capacity: ## 100,000 connections in turn and 5,000 at once, of which nothing may be left
	$(GO) test -count 1 -v -timeout $(TIMEOUT) ./suites/capacity -capacity.turns 100000 -capacity.at-once 5000

.PHONY: fleet
fleet: ## 1,000 PCs at once through one update server and one NTLM proxy; fails beyond 60s or 1 GiB, ARGS="-agents 100 -within 0"
	$(GO) run ./suites/fleet $(ARGS)

.PHONY: hammer
hammer: ## random bytes and broken requests at every listener for DURATION (1m), from SEED; then random requests at the control API
	$(GO) test $(RACE) -count 1 -v -run '^TestHammer$$' -timeout 0 ./suites/hammer -hammer.for $(DURATION) -hammer.seed $(SEED)
	$(GO) test $(RACE) -count 1 -v -run '^TestHammer$$' -timeout 0 ./control -control.hammer $(DURATION)

.PHONY: interop
interop: ## real squid, samba, apache, krb5kdc, nginx, curl, wget, aria2 and Python; installs them on Debian
	suites/interop/install.sh
	$(GO) test $(RACE) -tags interop -count 1 -timeout $(TIMEOUT) $(AS_ROOT) ./suites/interop/...

.PHONY: bench
bench: ## benchmarks, with memory; ranges and logins beside nginx's and squid's, downloads beside curl's
	$(GO) test -run '^$$' -bench . -benchmem -timeout $(TIMEOUT) ./...
	@if PATH="$$PATH:/usr/sbin" command -v squid >/dev/null; then \
		$(GO) run $(AS_ROOT) ./suites/bench; \
	else \
		echo "no squid, so nothing to compare logins with; suites/interop/install.sh installs it"; \
	fi
	@if PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null && command -v curl >/dev/null; then \
		$(GO) run ./suites/bench/download; \
	else \
		echo "no nginx or curl, so nothing to compare downloads with; suites/interop/install.sh installs them"; \
	fi
	@if PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null && PATH="$$PATH:/usr/sbin" command -v squid >/dev/null && command -v wrk >/dev/null; then \
		$(GO) run $(AS_ROOT) ./suites/bench/throughput; \
	else \
		echo "no wrk, nginx or squid, so nothing to compare ranges with; suites/interop/install.sh installs them"; \
	fi

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s)
	@list="$$($(GO) test -list '^Fuzz' ./...)"; \
	awk '/^Fuzz/ { names[n++] = $$1 } $$1 == "ok" { while (n > 0) print $$2, names[--n] }' <<<"$$list" | \
	while read -r package target; do \
		echo "== $$package $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 200x "$$package" </dev/null; \
	done

.PHONY: lint
lint: schema-check docs-check ## gofmt, go vet, staticcheck, shell syntax, schema and docs in step
	@unformatted="$$(gofmt -l .)"; \
	if [ -n "$$unformatted" ]; then echo "not gofmt'd:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags interop ./...
	$(GO) tool staticcheck -tags interop ./...
	bash -n .ci/run
	bash -n suites/interop/install.sh
	sh -n examples/shell/updater.sh

.PHONY: tidy-check
tidy-check: ## go.mod and go.sum are as "go mod tidy" leaves them
	$(GO) mod tidy -diff
	$(GO) mod verify

.PHONY: schema
schema: ## write schema/scenario-v1.json anew from the Go types
	@mkdir -p schema
	$(GO) run ./cmd/wualab schema >schema/scenario-v1.json.new
	mv schema/scenario-v1.json.new schema/scenario-v1.json

.PHONY: schema-check
schema-check:
	@$(GO) run ./cmd/wualab schema | diff -u schema/scenario-v1.json - | head -n 40 || \
		{ echo 'schema/scenario-v1.json is out of step; "make schema" writes it anew'; exit 1; }

.PHONY: docs
docs: ## write what docs/ has from the code anew: keys, behaviours, rules
	$(GO) run ./docs/generate

.PHONY: docs-check
docs-check:
	$(GO) run ./docs/generate -check

.PHONY: clean
clean: ## remove what builds and tests leave behind
	rm -rf .bin .interop coverage.* schema/*.new
	find . -type f \( -name '*.test' -o -name '*.out' \) -delete
	$(GO) clean ./...
