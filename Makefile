# Everything a developer runs. On Windows: see README, "Windows".
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.PHONY: build test quick prove bench bench-types bench-network bench-data chaos-peers fuzz-network differential chaos mutate gallery lint setup tools suites browser clean

build: setup
	$(BIN)/ovhlgen build

# The whole suite, set-up included: what CI runs on a clean clone.
test: setup lint tools suites
	$(RUN) pytest -n 2

# Under a minute, for yourself: no tool is run.
quick: setup lint
	$(RUN) pytest -n 2 -m "not tools" -q

# Every promised size; see docs/proof.md.
prove: setup lint tools suites
	OVHLGEN_PROVE=1 $(RUN) pytest -n 2

bench: setup
	$(RUN) bench.build

# Time and memory of the type checker.
bench-types: setup tools
	$(RUN) bench.types

# The generated network beside hand-written codecs.
bench-network: setup tools
	$(RUN) bench.network

# Requests of DataService beside the budget, and what its calls cost.
bench-data: setup tools
	$(RUN) bench.data

# The chaos runs on ProfileStore and Lapis, beside ours: N of them.
chaos-peers: setup tools suites
	$(RUN) tests.chaos.peers $(N)

# Hostile buffers against the servers of built places: N of them, from a seed.
fuzz-network: setup tools
	$(RUN) tests.network.fuzz $(N) $(SEED)

# Random games on both kernels, the reference and the generated one: N of them, from a seed.
N := 2000
SEED := 1
differential: setup tools
	$(RUN) tests.differential.run $(N) $(SEED)

# Hours of servers that fail, and callers that are cancelled, judged from outside: N runs of each, from a seed.
chaos: setup tools
	$(RUN) tests.chaos.run $(N) $(SEED)
	$(RUN) tests.chaos.cancel.run $(N) $(SEED)

# The pictures of docs/ui.md.
gallery: setup tools
	$(RUN) docs.gallery.draw

# Mistakes drawn at random in the Luau kernel: which of them the games above don't notice.
mutate: setup tools
	$(RUN) tests.differential.mutate $(N) $(SEED)

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

tools: setup
	$(BIN)/ovhlgen tools install

# What others wrote, from npm: it runs in the simulator.
SUITES := tests/npm/node_modules/.package-lock.json
suites: $(SUITES) browser

# For the preview's page; without one its tests say so.
browser:
	-command -v chromium || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

$(SUITES): tests/npm/package-lock.json
	npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --loglevel error
	touch $@

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Python 3.12 or newer is needed: pyenv install 3.12, or make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install --quiet --editable ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis
