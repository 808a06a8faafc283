# renkei - what you can make:
#
#   make run       install what is missing, build, run the night on the sample city (safe to repeat)
#   make serve     open the case queue of the sample city on this machine
#   make test      install what is missing, run every test
#   make check     lint + build with the import check + test: what a change must pass
#   make lint      formatting and style, nothing changed      make format   mend formatting
#   make cover     tests with a coverage report               make docs     static site of the API docs
#   make tsan      tests under ThreadSanitizer                make asan     tests under AddressSanitizer
#   make fuzz      fuzz the readers of foreign bytes          make kill     kill -9 the night at 50 moments
#   make bench-peers   linkage beside Splink, in one run       make golden    rewrite golden files, then read the diff
#   make deploy-try   docs/deploy as it stands, with the real nginx and systemd (root, leaves nothing behind)
#   make api-try   the API against its own OpenAPI document, as every sample user (schemathesis)
#   make days      four people's days in a real Chromium, and axe-core on every page of every role
#   make drafts-try   drafts in a real Chromium, with `kill -9` of the server while somebody types
#   make reliability   two workers on the same cases, kill -9 at 200 moments, half an hour of use: nothing lost, nothing double
#   make slow-clients   how long a user waits beside 1,000 slow connections
#   make tamper    100,000 random tampers of an audit trail
#   make bench-reseal   how long a million persons take to be sealed anew, and one of them to be shredded
#   make pairs     thousands of pairs of worlds that differ in what is denied (docs/doors.md)
#   make bench-quality   how good linkage is with units of our own
#   make bench     time the hot paths                         make night N=100000   a whole night, measured (HABITS=other: a city of other habits)
#   make clean     remove what was made

SHELL := /bin/bash
# Also for the scripts; another Swift: make SWIFT=/path/to/swift test
export SWIFT ?= swift
CHECKED := --explicit-target-dependency-import-check error
RENKEI := .build/release/renkei
WORKSPACE := workspace
N ?= 100000
RECORDS ?= 1000000

.PHONY: run serve test check build lint format cover tsan asan fuzz kill tamper pairs deploy-try api-try days drafts-try reliability slow-clients bench bench-peers bench-quality bench-reseal night docs golden clean bootstrap bootstrap-tests

run: $(RENKEI) sample-workspace
	@$(RENKEI) run --workspace $(WORKSPACE)

serve: run
	@$(RENKEI) serve --workspace $(WORKSPACE)

# Always asks the build; it knows best whether anything is to be done.
.PHONY: $(RENKEI) sample-workspace
$(RENKEI): bootstrap
	@$(SWIFT) build -c release --product renkei

sample-workspace:
	@test -e $(WORKSPACE)/renkei.json5 || $(RENKEI) init $(WORKSPACE) --sample samples/wakabano

bootstrap:
	@.ci/bootstrap

# What the tests need besides.
bootstrap-tests:
	@.ci/bootstrap tests

test: bootstrap-tests
	$(SWIFT) test $(CHECKED) --parallel

check: lint build test

build: bootstrap
	$(SWIFT) build --build-tests $(CHECKED)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

cover: bootstrap-tests
	$(SWIFT) build --build-tests --enable-code-coverage --scratch-path .build/cover
	.ci/coverage .build/cover

tsan: bootstrap-tests
	$(SWIFT) test --sanitize=thread -Xswiftc -DTSAN --scratch-path .build/tsan --skip EndToEndTests

# No leak detection: Swift keeps tags in spare bits of pointers, which LeakSanitizer then takes for no pointers.
asan: bootstrap-tests
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address --scratch-path .build/asan --skip EndToEndTests

fuzz: bootstrap
	.ci/fuzz

kill: bootstrap-tests
	RENKEI_CASES=25 $(SWIFT) test --filter KillTests

tamper: bootstrap-tests
	RENKEI_CASES=100000 $(SWIFT) test --filter TamperTests

pairs: bootstrap-tests
	RENKEI_CASES=100 $(SWIFT) test --filter NonInterferenceTests

deploy-try: bootstrap-tests $(RENKEI)
	.ci/deploy-try

api-try: bootstrap-tests $(RENKEI)
	.ci/api-try $(RENKEI)

days: bootstrap-tests $(RENKEI)
	.ci/days $(RENKEI)

drafts-try: bootstrap-tests $(RENKEI)
	.ci/drafts-try $(RENKEI)

reliability: bootstrap-tests $(RENKEI)
	.ci/reliability $(RENKEI)

slow-clients: bootstrap-tests $(RENKEI)
	.ci/slow-clients $(RENKEI)

bench:
	@.ci/bootstrap peers
	$(SWIFT) run -c release renkei-bench

bench-peers:
	@.ci/bootstrap peers
	@$(SWIFT) build -c release --product renkei
	.ci/bench-peers $(RENKEI) $(or $(RECORDS),1000000) $(UNITS)

bench-quality: $(RENKEI)
	.ci/bench-quality $(RENKEI)

bench-reseal: $(RENKEI)
	@$(SWIFT) build -c release --product renkei-bench
	.ci/bench-reseal $(RENKEI) .build/release/renkei-bench $(or $(PERSONS),1000000)

night: bootstrap-tests $(RENKEI)
	.ci/night $(RENKEI) $(N)

docs: bootstrap
	.ci/docs

golden: bootstrap-tests $(RENKEI)
	UPDATE_GOLDEN=1 $(SWIFT) test --skip EndToEndTests
	UPDATE_GOLDEN=1 .ci/sample-night $(RENKEI)
	git diff --stat

clean:
	$(SWIFT) package clean
	rm -rf $(WORKSPACE) $(WORKSPACE).checkpoints
