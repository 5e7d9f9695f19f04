# Each target does all the set-up that it needs; git, make and Python 3.11 or newer are enough.
# ARGS is handed on: make demo ARGS=--check, make test ARGS="tests/unit -x".

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check bench drills sabotage lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## Play the whole trip against stand-ins on this machine: no account, no key
	@$(BIN)/python -m bot demo $(ARGS)

test: $(READY) ## Run the tests; what needs a package of the system that is missing is skipped with its reason
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

check: $(READY) ## Lint, formatting, types and the imports that the architecture allows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(READY) ## Measure; the last line is one JSON object
	@$(BIN)/python -m tests.bench $(ARGS)

drills: $(READY) ## Kill it, cut it off and confuse it, ARGS="--runs 200 --seed 1"; the last line is one JSON object
	@$(BIN)/python -m tests.drills $(ARGS)

sabotage: $(READY) ## Break the product in every known way; each time the check must notice
	@$(BIN)/python -m tests.drills.sabotage
	@$(BIN)/python -m pytest -q tests/journeys/test_sabotage.py

# Sources that only this machine has would put their own hashes into the lock, so pip's local configuration is left out.
# Whoever needs a mirror of the public index sets PIP_INDEX_URL.
PIP_COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
    $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-build-isolation \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: $(READY) ## Write the hashed locks again from pyproject.toml; ARGS=--upgrade takes newer releases
	$(PIP_COMPILE) $(ARGS) --extra simulator --output-file requirements.lock pyproject.toml
	$(PIP_COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

$(READY): requirements-dev.lock pyproject.toml
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	    if $$python -c 'import sys, ensurepip, sqlite3, ssl; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        found=$$python; break; \
	    fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "RelayDesk needs Python 3.11 or newer with venv, and found none." >&2; \
	    echo "Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: make PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found --version); this is done once, and after a change of the lock." >&2; \
	$$found -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
