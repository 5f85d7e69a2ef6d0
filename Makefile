# Motionsverkstad: `make demo` to look at it, `make test` to try every part of it, `make` alone for this list.
# PYTHON=… chooses the interpreter (3.11 or newer) that the virtual environment is made with.

BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PYTEST_ARGS ?=
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo run test fuzz check style types imports architecture format catalog bench screenshots lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## virtual environment, packages, front end; quick when nothing changed
	@PYTHON="$(PYTHON)" bin/setup

demo: setup ## serve a seeded demo and print where to click
	@exec $(BIN)/verkstad demo

run: setup ## serve with the data in VERKSTAD_DATA_DIR (var/data when unset)
	@exec bin/serve

# The tests start servers by the dozen: each would compile the whole application where nothing may keep what is compiled.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup ## every test: browser, PostgreSQL and Valkey included
	@bin/test-tools
	$(BIN)/pytest $(PYTEST_ARGS)
	$(BIN)/npm --prefix frontend test

fuzz: setup ## damaged updates and bad weather between nodes, FUZZ (100) times as much as in `make test`: about an hour
	$(BIN)/pytest -q --fuzz $(or $(FUZZ),100) tests/documents/test_guard_fuzz.py \
		tests/collab/test_convergence.py tests/collab/test_following.py

check: style types imports architecture ## style, types, import rules, catalog, templates, routes, documents

style: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .

types: setup
	$(BIN)/mypy
	$(BIN)/npm --prefix frontend run --silent check

imports: setup
	$(BIN)/lint-imports --no-logo

architecture: setup
	$(BIN)/pytest -q tests/architecture

format: setup ## rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalog: setup ## add new msgids to the Swedish catalog, remove unused ones
	$(BIN)/python bin/catalog.py $(FRAGMENTS)

bench: setup ## measure; tables land in bench/results/ (BENCH="live --quick" chooses)
	@bin/test-tools
	$(BIN)/python -m bench $(BENCH)

screenshots: setup ## every page, 1280 and 390 px, light and dark, into docs/screenshots/
	@bin/test-tools
	$(BIN)/python -m bench.screenshots

lock: setup ## resolve the newest allowed packages into the lock files
	bin/lock

clean: ## remove everything that setup made
	rm -rf .venv build frontend/node_modules app/web/static/build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache test-results *.egg-info
