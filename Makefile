# Helios: the commands a person or a CI job types. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

CARGO ?= cargo
EXAMPLE ?= simple-canvas-animation
OUTPUT ?= output.mp4
WORKERS ?= 2

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r target text; do printf '  make %-11s %s\n' "$$target" "$$text"; done

.PHONY: deps
deps: ## Check for Chromium, FFmpeg, fonts and Node; install what is missing where that is possible
	@scripts/install-deps.sh

.PHONY: build
build: ui ## Build target/release/helios, with the Studio's interface where Node is installed
	$(CARGO) build --release --package helios-cli

.PHONY: ui
ui: # the Studio's interface and the player into web/dist, once per version of their sources
	@scripts/build-ui.sh

.PHONY: studio
studio: build ## Open the Studio for the examples
	target/release/helios studio examples

.PHONY: demo
demo: deps build ## Render EXAMPLE (simple-canvas-animation) on WORKERS (2) to OUTPUT (output.mp4)
	@scripts/npm-ci.sh examples/$(EXAMPLE)
	$(CARGO) run --quiet --release --package helios-cli -- render examples/$(EXAMPLE) --concurrency $(WORKERS) --output $(OUTPUT)
	@echo "The video is in $(OUTPUT)"

.PHONY: modules
modules: # npm packages of the examples, the conformance pages and web/, once per lock file
	@scripts/npm-ci.sh examples/*/ conformance/*/ web web/studio

.PHONY: lint
lint: modules ## Formatting, clippy, types of the JavaScript, licences when cargo-deny is installed
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	@if [ -f web/package.json ]; then cd web && npm run --silent check && cd studio && npm run --silent check; fi
	@if command -v cargo-deny >/dev/null 2>&1; then $(CARGO) deny check licenses bans sources; fi

# Everything is built first: doctests start a scripted worker, which is an example. The runner comes last, so that its summary
# ends the output. Without cargo-nextest, `cargo test` also runs the doctests.
.PHONY: test
test: deps ui lint ## Everything: formatting, lints, JavaScript, doctests, all tests with the real browser
	@if [ -f web/package.json ]; then cd web && npm test --silent; fi
	@if command -v cargo-nextest >/dev/null 2>&1; then \
	  set -x; $(CARGO) test --workspace --no-run --quiet; $(MAKE) --no-print-directory e2e; \
	  $(CARGO) test --workspace --doc --quiet; $(CARGO) nextest run --workspace; \
	else \
	  set -x; $(CARGO) test --workspace; $(MAKE) --no-print-directory e2e; \
	fi

.PHONY: test-engines
test-engines: deps ## The tests that need a Slurm, ssh servers and other engines, which it installs from Debian, PyPI and npm
	@scripts/install-engines.sh
	$(CARGO) nextest run --package helios-cli --run-ignored ignored-only --no-fail-fast -E 'test(/engine_/)'

.PHONY: bench-slurm
bench-slurm: deps ## Predicted against measured times of a job on one, two and three nodes of a Slurm; table to target/planning.md
	@scripts/install-engines.sh
	$(CARGO) nextest run --package helios-cli --run-ignored ignored-only -E 'test(/measure_slurm/)'
	@cat target/planning.md

.PHONY: e2e
e2e: modules ui # the Studio and the player in the real browser, with the binary that the tests have built
	$(CARGO) build --package helios-cli
	cd web && npm run --silent e2e

.PHONY: screenshots
screenshots: deps modules ui ## Pictures of the Studio's panels to docs/images
	$(CARGO) build --release --package helios-cli
	cd web && HELIOS_BINARY=../target/release/helios node e2e/screenshots.js ../docs/images

.PHONY: conformance
conformance: deps modules ## Every page of conformance/ rendered in every way, and the table in docs/conformance.md; takes more than an hour on two cores, can be made in parts
	$(CARGO) build --release --package helios-cli --package helios-conformance
	target/release/helios-conformance

.PHONY: formats
formats: deps build ## Render a small page to every format, and write what is in the files to docs/formats.md
	scripts/formats.sh target/release/helios docs/formats.md

.PHONY: guide
guide: ## The guide as a website in target/guide; installs mdBook into target/tools
	@[ -x target/tools/bin/mdbook ] || $(CARGO) install --quiet --locked --root target/tools mdbook
	target/tools/bin/mdbook build docs

.PHONY: bench
bench: deps ## Helios against its screenshots and FFmpeg alone on fixed scenes; tables to docs/benchmarks.md; takes an hour on two cores, can be made in parts
	$(CARGO) build --release --package helios-cli --package helios-bench
	target/release/helios-bench --write docs/benchmarks.md

# Not `npm ci`, which refuses a lock file without the packages of other systems: a registry need not have them.
.PHONY: peers
peers: # the tools of bench/peers, in the versions of its lock file
	for folder in bench/peers bench/peers/adapters/timecut; do (cd $$folder && PUPPETEER_SKIP_DOWNLOAD=1 PUPPETEER_SKIP_CHROMIUM_DOWNLOAD=1 \
		PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save --no-audit --no-fund --loglevel=error) || exit 1; done

.PHONY: bench-peers
bench-peers: deps peers ## Helios against Remotion, HyperFrames and the TypeScript Helios, from npm; tables to docs/benchmarks-peers.md
	$(CARGO) build --release --package helios-cli --package helios-bench
	target/release/helios-bench --peers --frames 300 --rounds 3 --write docs/benchmarks-peers.md

.PHONY: adapters
adapters: deps modules peers ## Projects of Remotion, HyperFrames, the TypeScript Helios and timecut, by them and by Helios; tables to docs/adapters.md
	$(CARGO) build --release --package helios-cli --package helios-bench
	target/release/helios-bench --adapters --rounds 3 --write docs/adapters.md

.PHONY: bench-memory
bench-memory: deps ## The memory of a ten-minute 1080p render, from start to end; table to docs/benchmarks-memory.md
	$(CARGO) build --release --package helios-cli --package helios-bench
	target/release/helios-bench --memory 10 --write docs/benchmarks-memory.md

.PHONY: bench-replay
bench-replay: deps ## What it costs to begin at a later frame, without drawing those before it; table to docs/benchmarks-replay.md
	$(CARGO) build --release --package helios-cli --package helios-bench
	target/release/helios-bench --replay --write docs/benchmarks-replay.md

.PHONY: bench-capture
bench-capture: deps ## The frame sources alone on the same pages, side by side; what passing frames costs
	$(CARGO) bench --package helios-renderer --bench capture
