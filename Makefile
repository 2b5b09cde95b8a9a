# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# What is compiled is kept, whatever the surroundings say: a hundred processes start in the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run check format test simulate chaos screenshots bench lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/runtime ## build .venv from the hashed lock file

run: .venv/runtime ## the whole demo on this machine: web, clock, exchange
	@$(BIN)/doegnvagt demo

check: .venv/dev ## format, lint, floors, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: .venv/dev ## put the code into its standard form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One more than there are cores, up to five: some tests wait for processes while others reckon.
test: .venv/dev ## every test there is, with a PostgreSQL and a browser that it brings
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m compileall -q app billing helpdesk ivr migrations models oncall simulator web
	$(BIN)/pytest -n $$($(BIN)/python -c 'import os; print(min(os.cpu_count() or 1, 4) + 1)') --dist worksteal $(ARGS)

simulate: .venv/dev ## SEED=1 CALLS=1000 DB=sqlite JOBS=1 WRITE=1: the whole house in virtual time, with faults (docs/simulation.md)
	@$(BIN)/python -m tests.simulation --seed $(or $(SEED),1) --calls $(or $(CALLS),1000) --db $(or $(DB),sqlite) --jobs $(or $(JOBS),1) $(if $(NIGHT),--night $(NIGHT)) $(if $(WRITE),--write)

chaos: .venv/dev ## MINUTES=10 SEED=1 processes and databases knocked over while people telephone: what is lost? (docs/chaos.md)
	$(BIN)/python -m tests.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

screenshots: .venv/dev ## a picture of every page, in docs/images/
	@$(BIN)/python -m tests.pictures

bench: .venv/dev ## how fast, beside the least it could cost; writes docs/performance.md
	$(BIN)/python -m bench --write

lock: .venv/dev ## compile the lock files anew (needs uv)
	uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-emit-find-links --python-version 3.11 --extra build --output-file requirements.txt pyproject.toml
	uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-emit-find-links --python-version 3.11 --extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## remove what the other targets made, except the data in var/
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Døgnvagt needs Python 3.11 or newer; set PYTHON=/path/to/it")'
	@echo "Setting up .venv; the first time this takes a few minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	@echo "Setting up the tools for tests and checks; the first time this takes a few minutes."
	@$(BIN)/pip install --quiet --no-compile --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@
