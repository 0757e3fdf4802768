# LOX. `make help` lists what there is.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Go that go.mod names is fetched, also where the installed one is told not
# to. Where it can't be, the installed one has to do.
ifndef GOTOOLCHAIN
export GOTOOLCHAIN := $(shell GOTOOLCHAIN=auto go version >/dev/null 2>&1 && echo auto || echo local)
endif

CACHE := $(CURDIR)/.cache
TOOLS := $(CACHE)/bin

# Tools that are no part of the product are built by version into the cache.
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

# Maven's compilers run for seconds: optimizing them well costs the JVM twice the
# time that it saves.
export MAVEN_OPTS ?= -XX:TieredStopAtLevel=1 -XX:+UseSerialGC

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: deps
deps: ## Install what is missing on this machine to run LOX
	@.ci/deps

.PHONY: build
build: ## Build bin/lox
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/lox ./cmd/lox

.PHONY: run
run: deps build ## Run LOX with everything it needs, under ./data
	@exec bin/lox serve

.PHONY: doctor
doctor: deps build ## Check what is under ./data; REPAIR=1 mends what can be mended
	@bin/lox doctor $(if $(REPAIR),--repair)

# By default a package has 10 minutes. On two fast cores, which two packages share, the
# largest takes as long, and on slow ones twice as long.
.PHONY: test
test: deps ## Run all Go tests, with the race detector
	@.ci/deps redis || echo 'the tests that need Redis are skipped'
	go test -race -timeout 30m ./...

.PHONY: restore-drill
restore-drill: deps ## Lose a database after DRILL (10m) of load, and restore a copy from before it
	LOX_TEST_RESTORE_DRILL=$(or $(DRILL),10m) go test -race -timeout 30m -v ./cmd/lox -run '^TestRestoreDrill$$'

.PHONY: trial
trial: deps $(MINIO) ## Have each part fail under load for LOX_TRIAL_SECONDS (60); LOX_TRIAL_METRICS=DIR keeps the metrics of each fault
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
gen-check: ## Fail if gen/ is not what the document generates
	@rm -rf $(CACHE)/gen && mkdir -p $(CACHE) && cp -r gen $(CACHE)/gen
	@$(MAKE) --no-print-directory gen
	@diff -r $(CACHE)/gen gen || { echo 'gen/ differs from what openapi/ generates: commit the result of make gen'; exit 1; }

.PHONY: clients
clients: ## Compile the clients under gen/ under their compilers' strictest settings
	openapi/codegen/typescript/check
	openapi/codegen/python/check
	openapi/codegen/java/check

.PHONY: samples
samples: deps build ## Compile and run the document's code samples; LANGUAGES=go,curl for some
	go run ./openapi/samples/run -lox bin/lox $(if $(LANGUAGES),-languages '$(LANGUAGES)')

.PHONY: generators
generators: deps build ## Make, compile and try clients by other generators; ONLY=rust,go for some
	go run ./openapi/generators -lox bin/lox $(if $(ONLY),-only '$(ONLY)')

# OTHER_KEY, HOOK with LISTEN, LANGUAGES: see openapi/README.md.
.PHONY: contract
contract: deps build $(if $(URL),,$(MINIO)) ## Act out the contract in all languages; with URL and KEY against your own deployment
	go run ./openapi/contract/harness -lox bin/lox \
	  $(if $(URL),-url '$(URL)') $(if $(KEY),-key '$(KEY)') $(if $(OTHER_KEY),-other-key '$(OTHER_KEY)') \
	  $(if $(HOOK),-hook '$(HOOK)') $(if $(LISTEN),-listen '$(LISTEN)') $(if $(LANGUAGES),-languages '$(LANGUAGES)')

.PHONY: lint
lint: $(GOLANGCI) openapi/node_modules/.package-lock.json ## Lint the code and the document
	go mod tidy -diff
	$(GOLANGCI) run
	cd openapi && npm run --silent lint

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Look for known vulnerabilities
	.ci/vuln $(GOVULNCHECK)

.PHONY: fuzz
fuzz: ## Fuzz the API for FUZZTIME (default 30s)
	go test ./server -run '^$$' -fuzz FuzzRequests -fuzztime $${FUZZTIME:-30s}

.PHONY: soak
soak: deps $(MINIO) $(PREVIOUS) ## Change backups of one tenant 100,000 times, by 64 clients at two versions, without a deadlock
	LOX_BOOKS_CHANGES=$${CHANGES:-100000} go test -race ./cmd/lox -run '^TestBooks$$' -v -timeout 1h

.PHONY: faults
faults: deps ## End a server in the midst of its work FAULTS (200) times, and check what is left
	LOX_FAULT_ROUNDS=$(or $(FAULTS),200) go test -race ./cmd/lox -run '^TestFaults$$' -v -timeout 1h

.PHONY: scale
scale: deps ## Delete a tenant with 200,000 backups, list a million by name and metadata, and so on; SCALE=0.1 for a tenth
	LOX_SCALE=$${SCALE:-1} go test ./store -run '^Test(MuchIsDeletedInBatches|TheSpaceOfABackup|AListByNameOrMetadataReadsWhatMatches)$$' -v -timeout 1h

.PHONY: purges
purges: deps $(MINIO) ## Delete PURGES (100000) objects of a real S3 server, while requests go on
	LOX_TEST_PURGES=$(or $(PURGES),100000) go test ./cmd/lox -run '^TestManyPurges$$' -v -timeout 1h

.PHONY: kills
kills: deps $(MINIO) ## Kill client, server or both KILLS (50) times in the midst of pushes to disk, as often to MinIO, and while it is verified
	LOX_KILL_ROUNDS=$(or $(KILLS),50) go test -race ./cmd/lox -run '^TestKilled(Pushes|PushesToBucket|Verification)$$' -v -timeout 2h

.PHONY: simulated
simulated: deps ## Store a stream of 3 TiB in a bucket that keeps lengths alone
	LOX_SIMULATED_PARTS=9987 go test ./cmd/lox -run '^TestSimulatedStream$$' -v -timeout 1h

.PHONY: cuts
cuts: deps $(MINIO) ## Cut the line 30 times while a file of CUT_MIB (2048) is pushed and pulled
	LOX_CUT_MIB=$(or $(CUT_MIB),2048) go test ./transfer -run '^TestPartsOverCutLines$$' -v -timeout 1h

.PHONY: bad-line
bad-line: deps ## Push 64 MiB (BAD_LINE_MIB) over a line with 3 % loss and 200 ms of delay, against a single PUT: ten minutes; needs root
	.ci/deps curl
	.ci/deps ip
	LOX_BAD_LINE_MIB=$(or $(BAD_LINE_MIB),64) go test ./cmd/lox -run '^TestBadLine$$' -v -timeout 2h

.PHONY: large
large: deps ## Push LARGE (20) GiB of random bytes from standard input and pull them; the disk needs room for them
	LOX_LARGE_GIB=$(or $(LARGE),20) go test ./cmd/lox -run '^TestLarge$$' -v -timeout 2h

# Without $(MAKE): make runs a line that has it also with -n.
.PHONY: bench
bench: deps $(MINIO) $(if $(BENCH),,$(PEERS)) ## Measure, with a million backups, against a bare server, files and MinIO, and then bench-peers; or only the former with further flags, BENCH
	.ci/deps redis
	failed=0; \
	go run ./cmd/loxbench $(BENCH) || failed=1; \
	$(if $(BENCH),,go run ./cmd/loxbench -peers -timeout 2h || failed=1;) \
	exit $$failed

.PHONY: bench-peers
bench-peers: $(MINIO) $(PEERS) ## Measure lox push and pull beside cp, rclone, aws and restic; BENCH has further flags
	go run ./cmd/loxbench -peers -timeout 2h $(BENCH)

.PHONY: bench-short
bench-short: deps ## Measure a little; fail if a request takes more allocations or queries than were kept
	go run ./cmd/loxbench -short

.PHONY: minio
minio: $(MINIO) ## Build the MinIO server that tests run against

.PHONY: peers
peers: $(PEERS) ## Get the tools that lox push and pull are compared with

.PHONY: previous
previous: $(PREVIOUS) ## Build the previous release, which tests run beside the present version

.PHONY: foreign
foreign: $(FOREIGN) ## Install the libraries that verify webhooks in tests

.PHONY: readme
readme: deps $(ACTIONLINT) ## Do what the README, pages of docs and docs/examples.md say, in a fresh clone
	.ci/deps mariadb
	.ci/deps systemd
	ACTIONLINT=$(ACTIONLINT) .ci/readme

# Everything that CI checks, in the order of what fails soonest.
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

# MIT: a program of its own in tests.
$(ACTIONLINT):
	@.ci/tool $@ github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# AGPL: a separate process in tests, never linked.
$(MINIO):
	@.ci/tool $@ github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

# Programs of their own in the bench, never linked. MIT, BSD and Apache-2.0.
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

# MIT, and a dependency in the public domain: programs of their own in tests.
$(FOREIGN): $(wildcard webhooks/testdata/foreign/*.json webhooks/testdata/foreign/*.txt) .ci/foreign
	@.ci/foreign $(@D)

openapi/node_modules/.package-lock.json: openapi/package-lock.json
	@.ci/deps node
	cd openapi && npm ci --no-audit --no-fund --silent
	@touch $@
