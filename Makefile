# Everything a person or a server runs: `make demo` to see it, `make test` to check it.
# `.venv` is built once from a lock with hashes; the stamps in it make the second start immediate.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# As many processes as there are cores; PYTEST_ARGS= runs the tests one after the other.
PYTEST_ARGS ?= --numprocesses auto --dist worksteal
# Many tests start Python, which then need not compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
# As the command line sets it: with a process for every core, threads of small matrices wait for each other.
export OPENBLAS_NUM_THREADS ?= 1
TEMPLATES := surveyapp/web/templates surveyapp/mail/templates

.PHONY: help demo test lint types rules pytest slow browser format screenshots lock clean
.DEFAULT_GOAL := help

help:  ## List the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

demo: $(VENV)/runtime.stamp  ## Load a demo organisation and start the application.
	@$(BIN)/surveyapp demo

test: lint types rules browser pytest  ## Run every check and every test.

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint $(TEMPLATES) --lint --check

types: $(VENV)/dev.stamp
	$(BIN)/mypy

rules: $(VENV)/dev.stamp
	$(BIN)/lint-imports

browser: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browsers

# The report comes before the verdict of pytest is repeated, so that the last line says what ran.
pytest: $(VENV)/dev.stamp browser
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

slow: $(VENV)/dev.stamp  ## Run every test, with the full simulations and with new examples each time (an hour).
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -m "slow or not slow" $(PYTEST_ARGS)

format: $(VENV)/dev.stamp  ## Put code and templates into shape.
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint $(TEMPLATES) --reformat --quiet || true

screenshots: $(VENV)/dev.stamp browser  ## Take the pictures of the documentation anew.
	$(BIN)/python -m docs.screenshots

LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade --quiet

lock: $(VENV)/dev.stamp  ## Resolve the newest versions into all locks.
	$(PIP) install --quiet uv
	$(LOCK) --extra editable --extra postgres --output-file requirements.lock
	$(LOCK) --extra editable --extra postgres --extra pdf --constraints requirements.lock --output-file requirements-pdf.lock
	$(LOCK) --extra dev --constraints requirements.lock --output-file requirements-dev.lock

clean:  ## Remove the environment and everything that a run left behind.
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "$(PYTHON) cannot make an environment; install its venv package (Debian: python3-venv)"; exit 1; }

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what surveyapp needs ..."
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the checks need ..."
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements-dev.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp
