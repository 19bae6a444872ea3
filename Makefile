# make demo: set up and screen a real example.  make test: everything that is tested on each change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
# the extras that `make wheels` adds to the durable engine
EXTRAS ?= durable,batch,web
# durable-rules is built from source: see pyproject.toml for the two flags.
export CPPFLAGS := -O3 -DPyEval_CallObject=PyObject_CallObject
# Where it is set (in many containers), Python compiles the program and the tests anew at each of hundreds of starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo setup setup-test node-tools site-runtime test test-all test-nightly lint bench reference docs wheels clean

demo: setup
	@$(BIN)/screener screen examples/vignettes/V06-potassium-tablets-not-working.json

setup: $(VENV)/.ready

setup-test: $(VENV)/.ready-test

test: setup-test lint
	$(BIN)/python -m pytest -q -n auto --dist worksteal

# Also the tests that need Chromium, Node or Java: they fail instead of being skipped where those are missing.
test-all: setup-test node-tools site-runtime lint
	SCREENER_REQUIRE_ALL=1 $(BIN)/python -m pytest -q -n auto --dist worksteal

# What the FHIR tests run in node: an independent CQL engine, a second validator, a form program.
LFORMS := 40.1.3
node-tools: tests/node/.ready

tests/node/.ready: tests/node/package.json
	cd tests/node && npm install --no-audit --no-fund --no-package-lock --ignore-scripts
	cd tests/node && npm pack lforms@$(LFORMS) && rm -rf lforms && mkdir lforms && tar -xzf lforms-$(LFORMS).tgz -C lforms --strip-components=1 && rm lforms-$(LFORMS).tgz
	@touch $@

# What `screener site` puts into the published pages, in pinned versions: Pyodide from npm, wheels from the package index;
# and what the tests need in that Python.
site-runtime: tests/runtime/.ready

tests/runtime/.ready: src/screener/site/wheels.txt src/screener/site/pyodide.txt tests/python314/wheels.txt $(VENV)/.ready
	$(BIN)/python -m screener.site.fetch tests/runtime tests/python314/wheels.txt
	@touch $@

test-nightly: setup-test
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -q -n auto --dist worksteal --nightly --timeout 1800

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# An engine that cannot be installed here is skipped; the benchmark says so.
bench: setup-test
	@$(BIN)/python -c 'import tomllib; [print(name) for name in tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["rivals"]]' | \
	while read -r rival; do $(PIP) "$$rival" || echo "$$rival cannot be installed: skipped"; done
	$(BIN)/python -m benchmarks

# The pages, schemas and pictures that are generated from the rule book; a test fails when they are stale.
reference: setup
	$(BIN)/screener rules docs --write docs/reference
	$(BIN)/screener rules schema --write docs/schema
	$(BIN)/python docs/evaluated.py > docs/evaluated.md
	$(BIN)/python docs/house.py > docs/images/house.svg
	$(BIN)/screener screen examples/vignettes/V06-potassium-tablets-not-working.json | $(BIN)/python docs/picture.py "make demo" > docs/images/one-screen.svg
	$(BIN)/screener explain examples/vignettes/V06-potassium-tablets-not-working.json --flag suspect-magnesium --format svg > docs/images/and-or.svg

# The site of the documentation, into the folder site/, with the live program inside; a broken link fails.
docs: $(VENV)/.ready-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir site
	$(BIN)/screener site --out site/try

# A folder of wheels, the durable engine among them, for machines without a compiler or a network:
# pip install --no-index --find-links wheelhouse 'rulebook-screener[durable]'
wheels: setup-test
	$(BIN)/python -m build --wheel --outdir wheelhouse .
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-cache-dir --no-binary durable-rules --wheel-dir wheelhouse --find-links wheelhouse "$$(ls -t wheelhouse/rulebook_screener-*.whl | head -n 1)[$(EXTRAS)]"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist site wheelhouse

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "screener needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python cannot make virtual environments here. On Debian: sudo apt-get install -y python3-venv"; exit 1; }
	@command -v $${CC:-cc} >/dev/null || command -v gcc >/dev/null || { echo "durable-rules is compiled on this machine and there is no C compiler. On Debian: sudo apt-get install -y gcc libc6-dev python3-dev"; exit 1; }
	@$(PYTHON) -c 'import pathlib, sysconfig; assert pathlib.Path(sysconfig.get_path("include"), "Python.h").exists()' 2>/dev/null || { echo "The headers of Python are missing. On Debian: sudo apt-get install -y python3-dev"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1' # the first that knows dependency groups
	$(PIP) --no-cache-dir --no-binary durable-rules durable-rules==2.0.28
	@$(BIN)/python -c 'import durable_rules_engine' || { echo "durable-rules was built but cannot be imported; please report this with the Python version: $$($(BIN)/python --version)"; exit 1; }
	$(PIP) -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(PIP) -e . --group test
	@touch $@

$(VENV)/.ready-docs: $(VENV)/.ready
	$(PIP) -e . --group docs
	@touch $@
