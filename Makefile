# LOX. `make help` lists the commands.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Go downloads the version that go.mod names, even if GOTOOLCHAIN=local is configured.
# If it can't, the installed version is used.
ifndef GOTOOLCHAIN
export GOTOOLCHAIN := $(shell GOTOOLCHAIN=auto go version >/dev/null 2>&1 && echo auto || echo local)
endif

CACHE := $(CURDIR)/.cache
TOOLS := $(CACHE)/bin

# Tools that are not part of LOX. They are built into the cache, at a fixed version.
GOLANGCI    := $(TOOLS)/golangci-lint-v2.15.0
GOVULNCHECK := $(TOOLS)/govulncheck-v1.9.0
ACTIONLINT  := $(TOOLS)/actionlint-v1.7.12
MINIO       := $(TOOLS)/minio
RCLONE      := $(TOOLS)/rclone
RESTIC      := $(TOOLS)/restic
REST_SERVER := $(TOOLS)/rest-server
AWS         := $(CACHE)/aws/bin/aws
PEERS       := $(RCLONE) $(RESTIC) $(REST_SERVER) $(AWS)
PREVIOUS    := $(TOOLS)/lox-$(shell cat .ci/previous)
FOREIGN     := $(CACHE)/foreign/installed

# Maven's compilers run for a few seconds only. With all its optimizations the JVM
# takes longer.
export MAVEN_OPTS ?= -XX:TieredStopAtLevel=1 -XX:+UseSerialGC

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: deps
deps: ## Install the programs that LOX needs on this machine
	@.ci/deps

.PHONY: build
build: ## Build bin/lox
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/lox ./cmd/lox

.PHONY: run
run: deps build ## Run LOX with everything that it needs, with its data in ./data
	@exec bin/lox serve

.PHONY: doctor
doctor: deps build ## Check the installation in ./data; REPAIR=1 repairs it
	@bin/lox doctor $(if $(REPAIR),--repair)

# Many tests wait for timeouts and child processes, so more of them run at once than there are
# cores: on two cores cmd/lox takes 5 minutes, and 8 with two at once. "make lint" vets.
# On slow machines a package can take longer than Go's default timeout of 10 minutes.
.PHONY: test
test: deps ## Run all Go tests, with the race detector
	@.ci/deps redis || echo 'the tests that need Redis are skipped'
	go test -race -vet=off -parallel 4 -timeout 30m ./...

.PHONY: restore-drill
restore-drill: deps ## Lose the database after DRILL (10m) of load, and restore an older copy
	LOX_TEST_RESTORE_DRILL=$(or $(DRILL),10m) go test -race -timeout 30m -v ./cmd/lox -run '^TestRestoreDrill$$'

.PHONY: trial
trial: deps $(MINIO) ## Make each part fail under load for LOX_TRIAL_SECONDS (60); LOX_TRIAL_METRICS=DIR keeps the metrics
	.ci/deps redis
	.ci/deps prometheus
	LOX_TRIAL_SECONDS=$${LOX_TRIAL_SECONDS:-60} go test -race -timeout 2h -v ./cmd/lox -run '^TestWholeTrial$$'

.PHONY: gen
gen: ## Generate gen/ from openapi/openapi.yaml
	@rm -rf gen
	go run ./openapi/publish
	@mkdir -p gen/api gen/client
	go tool oapi-codegen -config openapi/codegen/api.yaml .cache/codegen/go.yaml
	go tool oapi-codegen -config openapi/codegen/client.yaml .cache/codegen/go.yaml
	openapi/codegen/typescript/generate
	openapi/codegen/python/generate
	openapi/codegen/java/generate

.PHONY: gen-check
gen-check: ## Fail if gen/ is not up to date with the document
	@rm -rf $(CACHE)/gen && mkdir -p $(CACHE) && cp -r gen $(CACHE)/gen
	@$(MAKE) --no-print-directory gen
	@diff -r $(CACHE)/gen gen || { echo 'gen/ differs from what openapi/ generates: commit the result of make gen'; exit 1; }

.PHONY: clients
clients: ## Compile the clients in gen/ with their compilers' strictest settings
	openapi/codegen/typescript/check
	openapi/codegen/python/check
	openapi/codegen/java/check

.PHONY: samples
samples: deps build ## Compile and run the document's code samples; LANGUAGES=go,curl runs only these
	go run ./openapi/samples/run -lox bin/lox $(if $(LANGUAGES),-languages '$(LANGUAGES)')

.PHONY: generators
generators: deps build ## Generate, compile and test clients of other generators; ONLY=rust,go tests only these
	go run ./openapi/generators -lox bin/lox $(if $(ONLY),-only '$(ONLY)')

# OTHER_KEY, HOOK with LISTEN, LANGUAGES: see openapi/README.md.
.PHONY: contract
contract: deps build $(if $(URL),,$(MINIO)) ## Run the contract in all languages; URL and KEY test a deployment of yours
	go run ./openapi/contract/harness -lox bin/lox \
	  $(if $(URL),-url '$(URL)') $(if $(KEY),-key '$(KEY)') $(if $(OTHER_KEY),-other-key '$(OTHER_KEY)') \
	  $(if $(HOOK),-hook '$(HOOK)') $(if $(LISTEN),-listen '$(LISTEN)') $(if $(LANGUAGES),-languages '$(LANGUAGES)')

.PHONY: lint
lint: $(GOLANGCI) openapi/node_modules/.package-lock.json ## Lint the code and the document
	go mod tidy -diff
	$(GOLANGCI) run
	cd openapi && npm run --silent lint

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Check for known vulnerabilities
	.ci/vuln $(GOVULNCHECK)

.PHONY: fuzz
fuzz: ## Fuzz the API for FUZZTIME (30s)
	go test ./server -run '^$$' -fuzz FuzzRequests -fuzztime $${FUZZTIME:-30s}

.PHONY: soak
soak: deps $(MINIO) $(PREVIOUS) ## Change backups of a tenant CHANGES (100000) times with 64 clients and two server versions: no deadlock
	LOX_BOOKS_CHANGES=$${CHANGES:-100000} go test -race ./cmd/lox -run '^TestBooks$$' -v -timeout 1h

.PHONY: faults
faults: deps ## Kill a server during its work FAULTS (200) times, and check its data
	LOX_FAULT_ROUNDS=$(or $(FAULTS),200) go test -race ./cmd/lox -run '^TestFaults$$' -v -timeout 1h

.PHONY: scale
scale: deps ## Test the store with large tenants, such as lists of a million backups; SCALE=0.1 uses a tenth
	LOX_SCALE=$${SCALE:-1} go test ./store -run '^Test(LargeDeletionRunsInBatches|BackupSpace|FilteredListReadsOnlyMatches)$$' -v -timeout 1h

.PHONY: purges
purges: deps $(MINIO) ## Delete PURGES (100000) objects of a real S3 server during requests
	LOX_TEST_PURGES=$(or $(PURGES),100000) go test ./cmd/lox -run '^TestManyPurges$$' -v -timeout 1h

.PHONY: kills
kills: deps $(MINIO) ## Kill client, server or both KILLS (50) times each during pushes to disk, pushes to MinIO, and verification
	LOX_KILL_ROUNDS=$(or $(KILLS),50) go test -race ./cmd/lox -run '^TestKilled(Pushes|PushesToBucket|Verification)$$' -v -timeout 2h

.PHONY: simulated
simulated: deps ## Store a stream of 3 TiB in a simulated bucket, which only keeps lengths
	LOX_SIMULATED_PARTS=9987 go test ./cmd/lox -run '^TestSimulatedStream$$' -v -timeout 1h

.PHONY: cuts
cuts: deps $(MINIO) ## Cut the connection 30 times while a file of CUT_MIB (2048) is pushed and pulled
	LOX_CUT_MIB=$(or $(CUT_MIB),2048) go test ./transfer -run '^TestPartsWithCutConnections$$' -v -timeout 1h

.PHONY: bad-line
bad-line: deps ## Push BAD_LINE_MIB (64) over a network with 3 % loss and 200 ms delay, compared with one PUT; ten minutes, needs root
	.ci/deps curl
	.ci/deps ip
	LOX_BAD_LINE_MIB=$(or $(BAD_LINE_MIB),64) go test ./cmd/lox -run '^TestBadLine$$' -v -timeout 2h

.PHONY: large
large: deps ## Push LARGE (20) GiB of random bytes from standard input, and pull them; needs disk space for them
	LOX_LARGE_GIB=$(or $(LARGE),20) go test ./cmd/lox -run '^TestLarge$$' -v -timeout 2h

# This doesn't call $(MAKE) bench-peers, because make runs lines with $(MAKE) even with -n.
.PHONY: bench
bench: deps $(MINIO) $(if $(BENCH),,$(PEERS)) ## Measure LOX with a million backups, compared with simpler servers, and then bench-peers; with flags in BENCH only the former
	.ci/deps redis
	failed=0; \
	go run ./cmd/loxbench $(BENCH) || failed=1; \
	$(if $(BENCH),,go run ./cmd/loxbench -peers -timeout 2h || failed=1;) \
	exit $$failed

.PHONY: bench-peers
bench-peers: $(MINIO) $(PEERS) ## Measure lox push and pull, compared with cp, rclone, aws and restic; BENCH has flags
	go run ./cmd/loxbench -peers -timeout 2h $(BENCH)

.PHONY: bench-short
bench-short: deps ## Fail if a request takes more allocations than recorded
	go run ./cmd/loxbench -short

.PHONY: minio
minio: $(MINIO) ## Build the MinIO server for the tests

.PHONY: peers
peers: $(PEERS) ## Install the tools for bench-peers

.PHONY: previous
previous: $(PREVIOUS) ## Build the previous release, which tests run together with this version

.PHONY: foreign
foreign: $(FOREIGN) ## Install the libraries that verify webhooks in tests

.PHONY: readme
readme: deps $(ACTIONLINT) ## Run the commands in the README, pages of docs and docs/examples.md in a fresh clone
	.ci/deps mariadb
	.ci/deps systemd
	ACTIONLINT=$(ACTIONLINT) .ci/readme

# All checks of CI, the fastest first.
.PHONY: check
check: deps ## Check everything, exactly as CI does
	$(MAKE) gen-check
	$(MAKE) clients
	$(MAKE) lint
	$(MAKE) vuln
	$(MAKE) minio
	$(MAKE) previous
	$(MAKE) foreign
	.ci/deps redis
	.ci/deps chromium
	.ci/deps prometheus
	openapi/reference/check
	$(MAKE) test
	$(MAKE) bench-short
	$(MAKE) samples
	$(MAKE) contract
	$(MAKE) generators
	$(MAKE) readme
	@cat $(CACHE)/unchecked 2>/dev/null || true

$(GOLANGCI):
	@.ci/tool $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

$(GOVULNCHECK):
	@.ci/tool $@ golang.org/x/vuln/cmd/govulncheck@v1.9.0

# MIT. Tests run it as a separate process.
$(ACTIONLINT):
	@.ci/tool $@ github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# AGPL. Tests run it as a separate process; it is never linked.
$(MINIO):
	@.ci/tool $@ github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

# MIT, BSD and Apache-2.0. The bench runs them as separate processes; they are never linked.
$(RCLONE):
	@.ci/tool $@ github.com/rclone/rclone@v1.76.0

$(RESTIC):
	@.ci/tool $@ github.com/restic/restic/cmd/restic@v0.18.1

$(REST_SERVER):
	@.ci/tool $@ github.com/restic/rest-server/cmd/rest-server@v0.14.0 github.com/restic/rest-server

$(AWS):
	@echo 'installing awscli 1.46.3'
	python3 -m venv $(CACHE)/aws
	$(CACHE)/aws/bin/pip install --quiet --disable-pip-version-check awscli==1.46.3

$(PREVIOUS):
	@.ci/build-previous $@

# MIT, and a dependency in the public domain. Tests run them as separate processes.
$(FOREIGN): $(wildcard webhooks/testdata/foreign/*.json webhooks/testdata/foreign/*.txt) .ci/foreign
	@.ci/foreign $(@D)

openapi/node_modules/.package-lock.json: openapi/package-lock.json
	@.ci/deps node
	cd openapi && npm ci --no-audit --no-fund --silent
	@touch $@
