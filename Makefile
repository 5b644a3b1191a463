# Two commands do everything: `make run` (the demo province in the browser) and `make test`.
PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
LOCKS := requirements/build.txt requirements/run.txt
# Python compiles each module when it is first loaded, a fifth of what pip would compile beforehand.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE
# Two steps that do not need each other go side by side; none of them writes where another does.
MAKEFLAGS += --jobs=2

.PHONY: run setup province test check dev messages format bench help
.DEFAULT_GOAL := help

help: ## say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/'

run: setup province ## a working demo province at http://127.0.0.1:8000 (PORT= for another; HOUSEHOLDS=600 for a smaller one)
	@.venv/bin/wattana serve --demo --port $(PORT)

setup: .venv/.installed .venv/.bundled .venv/.translated .venv/.collected ## install into .venv/ and build the front end

province: .venv/.translated ## only make the demo province, unless there is one (HOUSEHOLDS=, else 6000)
	@.venv/bin/wattana demo --if-missing $(HOUSEHOLDS:%=--households %)

.venv/.python:
	@$(PYTHON) tools/check_python.py
	@echo "Making the virtual environment .venv/"
	@$(PYTHON) -m venv .venv && touch $@

.venv/.installed: .venv/.python $(LOCKS) pyproject.toml
	@echo "Installing the pinned, hash-checked packages (a minute or two the first time)"
	@$(PIP) --require-hashes $(LOCKS:%=-r %)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.bundled: .venv/.python requirements/node.txt tools/build_assets.py $(wildcard frontend/*.json frontend/build.mjs frontend/src/*)
	@$(PY) tools/build_assets.py
	@touch $@

.venv/.translated: .venv/.installed $(wildcard src/wattana/*/locale/th/LC_MESSAGES/django.po)
	@$(PY) -m wattana.kit.catalogues
	@touch $@

.venv/.collected: .venv/.installed .venv/.bundled
	@echo "Collecting static files"
	@$(PY) -m wattana.site.assets
	@touch $@

dev: .venv/.developing

.venv/.developing: .venv/.installed requirements/dev.txt
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

test: setup dev ## everything that tests need, then the whole suite on SQLite and PostgreSQL
	@tools/test

check: setup dev ## formatter, linter, types, import contracts, migrations, translations
	@tools/check

format: dev ## format and mend what the linter can mend
	.venv/bin/ruff format src tests benchmarks tools && .venv/bin/ruff check --fix src tests benchmarks tools

messages: dev ## refresh the Thai catalogue of one room: make messages ROOM=registry (needs GNU gettext)
	cd src/wattana/$(ROOM) && mkdir -p locale && ../../../.venv/bin/django-admin makemessages -l th --no-location --no-wrap --settings=wattana.site.settings && rm -f locale/*/LC_MESSAGES/*.mo
