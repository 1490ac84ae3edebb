# Two commands matter: `make app` starts the app, `make test` runs every check. Both build their own .venv first.
# Other Python: make app PYTHON=python3.12     other port: make app PORT=8600

PYTHON ?= python3
PORT   ?= 8501
JOBS   ?= 2

VENV   := .venv
BIN    := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# One file of tests stays on one worker: a browser test file shares its server, a slow fixture is built once.
SHARED := -n $(JOBS) --dist loadfile

# The quick suite: no browser, no simulation.
QUICK  := --doctest-modules cxanalysis tests --ignore=tests/browser -m "not calibration"

.DEFAULT_GOAL := help
.PHONY: help app install install-dev test lint types docs unit browser chromium coverage lowest mutation calibration \
        benchmarks screenshot hooks clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

app: install ## install what is needed and start the app on 127.0.0.1
	@echo "The app is at http://127.0.0.1:$(PORT) (stop it with Ctrl+C)"
	@$(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

test: lint types docs install-dev chromium ## everything: lint, types, docs, unit, reference, doctests, app, browser
	$(PYTEST) $(SHARED) --doctest-modules cxanalysis tests

lint: install-dev ## style, format, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install-dev ## static types
	$(BIN)/mypy

docs: install-dev ## the documentation, in build/docs; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -d build/doctrees -b html docs build/docs

unit: install-dev ## fast tests: no browser, no simulation
	$(PYTEST) $(SHARED) $(QUICK)

browser: install-dev chromium ## the app in a real Chromium
	$(PYTEST) $(SHARED) tests/browser

coverage: install-dev ## which lines the quick tests reach: a summary here, every line in build/coverage
	$(PYTEST) $(SHARED) $(QUICK) --cov --cov-report=term:skip-covered --cov-report=html:build/coverage

lowest: install-dev ## the quick tests on the oldest versions that requirements.txt allows, in build/lowest
	$(BIN)/uv venv --quiet --allow-existing --seed --python $(BIN)/python build/lowest
	$(BIN)/uv pip compile --quiet --resolution lowest-direct requirements.txt -o build/lowest.txt
	$(BIN)/uv pip install --quiet --python build/lowest/bin/python -r build/lowest.txt -r requirements-dev.txt -e .
	build/lowest/bin/python -m pytest $(SHARED) $(QUICK)

mutation: install-dev ## do the tests notice wrong statistics? Changes the core line by line (hours); writes benchmarks/mutation.md
	$(BIN)/python benchmarks/mutation.py

hooks: install-dev ## the quick checks before every commit
	$(BIN)/pre-commit install

calibration: install-dev ## the statistics, simulated in full (long); writes benchmarks/calibration.md
	$(BIN)/python benchmarks/calibration.py

benchmarks: install-dev ## timings beside what a user would use instead
	@for file in $(filter-out benchmarks/calibration.py benchmarks/mutation.py, $(wildcard benchmarks/*.py)); do \
	  echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

screenshot: install-dev chromium ## take docs/screenshot.png anew
	$(BIN)/python tests/browser/screenshot.py docs/screenshot.png

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) build dist *.egg-info test-artifacts .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are files inside the environment: a second start installs nothing unless a list of requirements changed.
install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev
chromium: install-dev
	@$(BIN)/python tests/browser/chromium.py

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name yours: make app PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "cxanalysis needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
	       "Install a newer one, or name it: make app PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; \
	  rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements.txt pyproject.toml hatch_build.py
	@echo "Installing what requirements.txt lists into $(VENV): a minute or two, this once"
	@$(BIN)/python -m pip install -qq --upgrade pip
	@$(BIN)/python -m pip install -qq -r requirements.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need (requirements-dev.txt)"
	@$(BIN)/python -m pip install -qq -r requirements-dev.txt
	@touch $@
