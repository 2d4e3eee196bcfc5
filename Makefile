# Two commands matter:  make run  (the whole portal at http://localhost:8000)  and  make test.
# Everything else they need is set up on the way, and only when it has changed.

PORT ?= 8000
WORKERS ?= auto
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup run verify test check bench clean

help:
	@echo "make run [PORT=8000]   start the portal with all its engines; Ctrl-C stops it"
	@echo "make verify CASE=\"SN 2026/0001\" [PORT=8000]   is a case of the running portal as it was written?"
	@echo "make test              run all tests"
	@echo "make check             style, types and the rules of the house"
	@echo "make bench             measure, into var/bench"
	@echo "make setup             install what the above need (they do so themselves)"
	@echo "make clean             remove everything made here, the demo's data included"

setup: .venv/ready node_modules/.ready .venv/tools

# The stamps: each says that what stands to its right has been installed as it is now.
.venv/ready: pyproject.toml constraints.txt
	@sh infra/setup.sh python

node_modules/.ready: package.json package-lock.json
	@sh infra/setup.sh node

.venv/tools: .venv/ready infra/setup.sh
	@sh infra/setup.sh tools

run: .venv/ready node_modules/.ready
	@exec $(PY) -m portal demo --port $(PORT)

# Any command beside the running portal finds its environment in the same file.
verify: .venv/ready
	@set -a; . ./var/run-$(PORT)/environment; set +a; exec $(PY) -m portal verify "$(CASE)"

# The browser's driver keeps an event loop running in its process, which others' asyncio cannot stand beside it.
test: setup
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal --ignore tests/browser
	@$(PY) -m pytest -q tests/browser

# Checks of the portal's own, such as its migrations against its tables, belong at the end of this list.
check: .venv/ready
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy --no-error-summary
	@echo "Checked."

bench: .venv/ready node_modules/.ready
	@$(PY) -m tests.bench
	@$(PY) -m tests.bench.sealing
	@$(PY) -m tests.bench.previews
	@$(PY) -m tests.bench.uploads
	@$(PY) -m tests.bench.effect
	@$(PY) -m tests.bench.rules

clean:
	@sh infra/setup.sh clean
