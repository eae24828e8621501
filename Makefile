# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
BRIEF := examples/why-cities-need-trees.yaml

.PHONY: run test check setup test-tools schema bench clean

run: setup  ## an illustrated article and a narrated video from the sample brief, into works/
	$(BIN)/miaobi make article --brief $(BRIEF)
	$(BIN)/miaobi make video --brief $(BRIEF) --duration 38
	$(BIN)/miaobi works

test: setup test-tools check  ## everything that CI runs
	$(BIN)/python -m pytest -n auto

check: setup  ## format, lint, types, layering
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.ready  ## a virtual environment with everything in it

$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	touch $@

test-tools:  ## a browser and a Java runtime, for the tests that open a page and check an EPUB
	@sh scripts/install-test-tools.sh

schema: setup  ## write the generated documents again
	$(BIN)/python -m miaobi.publish.manifest --schema

bench: setup  ## the measurements that docs/experiments.md records
	$(PIP) install --quiet -c constraints.txt -e '.[bench]'
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/video_assembly.py
	$(BIN)/python bench/make_run.py

clean:
	rm -rf $(VENV) works build dist
