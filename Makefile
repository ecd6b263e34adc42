# inzet: `make plan` runs the main job on the shipped scenario, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKBOOK ?= scenarios/letter-2025.xlsx
READY := $(VENV)/.ready

.PHONY: plan test test-slow lint types contract fast golden scenario docs bench mutants testing versions lock clean

plan: $(READY)
	$(BIN)/inzet solve $(WORKBOOK)

test: lint types contract fast

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contract: $(READY)
	$(BIN)/lint-imports

fast: $(READY)
	$(BIN)/pytest -n auto -q

test-slow: $(READY)
	$(BIN)/pytest -n auto -q -m slow

golden: $(READY)
	INZET_WRITE_GOLDEN=1 $(BIN)/pytest -q tests/formulation tests/schema

scenario: $(READY)
	$(BIN)/inzet compile data $(WORKBOOK) --force

docs: $(READY)
	$(BIN)/python tests/readme/pictures.py
	$(BIN)/python tests/readme/library_pages.py

bench: $(READY)
	$(BIN)/python tests/benchmarks/formulation.py
	$(BIN)/python tests/benchmarks/decisions.py
	$(BIN)/python tests/benchmarks/sensitivity.py
	$(BIN)/python tests/benchmarks/alternatives.py

# Breaks every rule, goal and kind of variable of the model, and says what catches it.
mutants: $(READY)
	$(BIN)/python tests/mutation/mutants.py

# Runs every check of TESTING.md and writes its counts anew; SIZE=--quick or --middling for fewer.
testing: $(READY)
	$(BIN)/python tests/testing_page.py $(SIZE)

# The fast tests with the oldest versions of all libraries that are allowed, and with the newest there are.
versions: $(READY)
	$(BIN)/python tests/versions.py

# Writes every pin and hash anew, for all systems, without naming where the packages come from.
lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
		--no-header --no-annotate --output-file constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) .versions build model/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
