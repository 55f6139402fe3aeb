# SPDX-License-Identifier: Apache-2.0
# The two commands of the README are `make demo` and `make test`; each brings what it needs.

export PATH := $(CURDIR)/node_modules/.bin:$(PATH):/usr/sbin:/sbin

.PHONY: demo test check unit bench bundle clean

demo: ## Show pods with several networks on three simulated nodes
	@tools/setup.sh demo
	@bin/plait lab run

test: ## All checks and all tests
	@tools/setup.sh test
	@tools/test.sh

check: ## Types, lint, format, import rules, unused code, doc comments
	@npm run --silent check

unit: ## The tests that need neither root nor a kernel
	@npm run --silent unit

bench: ## Measure beside upstream
	@npm run --silent bench

bundle: ## build/plait: what goes into an image
	@tools/setup.sh test
	@node tools/bundle.ts

clean:
	rm -rf build node_modules
