# What a person types. Everything here works from a clean clone; `make` alone lists it.

BIN := target/release/yingku
CARGO ?= cargo

# A story spends most of its time waiting: for ffmpeg, for the disk, for MariaDB.
export RUST_TEST_THREADS ?= $(shell echo $$((2 * $$(nproc))))

.DEFAULT_GOAL := help
.PHONY: help build run dev demo web setup lint test screenshots bench crash attack fmt clean

WEB_SOURCES := $(shell find web/src web/index.html web/vite.config.ts web/tsconfig.json -type f)

help: ## List what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

build: web ## Build target/release/yingku
	$(CARGO) build --release --locked -p yingku

web: web/dist/index.html ## Build the pages into web/dist, where they changed

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.package-lock.json
	cd web && npm run build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@scripts/setup --node
	cd web && npm ci
	@touch $@

run: build ## Build and serve on http://127.0.0.1:8080, data in ./data
	@scripts/setup --run
	@scripts/next-step
	@exec $(BIN) serve --data-dir ./data --listen 127.0.0.1:8080 --classic-listen 127.0.0.1:8081

dev: web ## Serve while you work: pages and server follow every change, data in ./data-dev
	@scripts/setup --run
	@exec node scripts/dev.mjs

demo: build ## The same with sample videos, accounts and announcements, data in ./data-demo
	@scripts/setup --run
	@scripts/demo

setup: ## Install what the tests need (Debian packages where it may, else a list)
	@scripts/setup

test: setup web ## Everything that CI runs
	$(MAKE) lint
	cd web && npm run unit
	$(CARGO) test --workspace --locked
	cd web && YINGKU_BIN=target/debug/yingku npm run generate:check
	cd web && npm run e2e
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny check bans licenses sources; \
	else echo 'cargo-deny is not installed: licences and sources were not checked'; fi

screenshots: setup web ## Take the README's pictures anew, into docs/screenshots
	$(CARGO) build --locked -p yingku
	cd web && SCREENSHOTS=../docs/screenshots npm run e2e -- screenshots

bench: build ## Measure against nginx and a plain disk; results in bench/
	bench/run

crash: setup web ## Kill it, cut its power and fill its disk, in full counts; results in crash/
	crash/run

attack: setup web ## Attack it: slow clients, stops, what the API allows; results in attack/
	attack/run

lint: web target/tools/bin/cargo-machete ## Everything that `make test` checks without running it
	shellcheck .ci/run attack/openapi attack/run bench/run crash/run scripts/demo scripts/next-step scripts/setup
	cd web && npm run lint && npm run check && npm run budget
	$(CARGO) fmt --all --check
	target/tools/bin/cargo-machete --with-metadata
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings -A rustdoc::private-intra-doc-links' \
		$(CARGO) doc --workspace --no-deps --document-private-items --locked

# Finds dependencies that nothing uses.
target/tools/bin/cargo-machete:
	$(CARGO) install --quiet --locked --root target/tools --version 0.9.2 cargo-machete

fmt: ## Format the code
	$(CARGO) fmt --all
	cd web && npm run format

clean: ## Remove what was built, and the demo's data (never ./data)
	$(CARGO) clean
	rm -rf data-demo web/dist web/node_modules
