# make demo    the program with a sample company, at http://127.0.0.1:8000
# make test    every test, the browser's included; make test ARGS="tests/kernel -x" for some
# make lint    formatting, types, layers, translations, migrations
# make bench   the measurements, each beside a reference
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench lock messages clean

help:
	@sed -n 's/^# //p' Makefile | head -4

setup:
	@PYTHON="$(PYTHON)" scripts/setup dev

demo:
	@PYTHON="$(PYTHON)" scripts/setup base
	$(BIN)/exigible demo $(ARGS)

test: setup
	@scripts/install-chromium
	$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m exigible.runtime.messages check
	$(BIN)/python -m django makemigrations --check --dry-run --settings exigible.conf.settings

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench:
	@PYTHON="$(PYTHON)" scripts/setup bench
	$(BIN)/python -m bench $(ARGS)

messages: setup
	$(BIN)/python -m exigible.runtime.messages update

lock: setup
	scripts/lock

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
