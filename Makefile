# The names of everything one does here; `make help` lists them. Each recipe is one script.

PYTHON ?= python3
PORT ?= 8080
FILE ?=

.DEFAULT_GOAL := help
.PHONY: help run test prove page serve screens bench docs check sizes setup clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST)

run: ## install what is missing, build the page, serve it; FILE=x.json prints that file's report too; PORT=8080
	@$(PYTHON) scripts/run.py $(if $(FILE),"$(FILE)") --port $(PORT)

test: ## every test: native, wasm, browser; SUITE=scripts, native, wasm or browser for one
	@$(PYTHON) scripts/test.py $(SUITE)

prove: ## the long forms of the tests, in pieces that go on where they stopped; PIECE=oracle for one; results in docs/trust.md
	@$(PYTHON) scripts/prove.py $(if $(PIECE),"$(PIECE)")

page: ## the sealed page: dist/fivewhys.html
	@$(PYTHON) scripts/build_page.py

serve: ## serve dist/fivewhys.html on 127.0.0.1
	@$(PYTHON) scripts/serve.py dist/fivewhys.html --port $(PORT)

screens: ## pictures of the built page for docs/screens, from a generated log (smaller with Pillow)
	@$(PYTHON) scripts/screens.py

bench: ## measure (native, forms, peers, merge, growth, stages, browser) and write docs/benchmarks.md; PART=native for one, SIZE=1G, RUNS=5
	@SIZE="$(SIZE)" RUNS="$(RUNS)" $(PYTHON) scripts/bench.py $(PART)

docs: ## write the generated pages (formats, error codes, schema, notices) and the API documentation
	@$(PYTHON) scripts/docs.py

check: ## what CI runs: fmt, clippy, docs, every test, sizes, tree unchanged
	@./.ci/run

sizes: ## table of sizes of the last build
	@$(PYTHON) scripts/sizes.py

setup: ## install the tools only
	@$(PYTHON) scripts/setup.py all

clean: ## remove what builds leave, but not the tools
	@rm -rf target dist test-results
