# `make run` and `make test` do all the set-up themselves; a second run starts at once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := $(VENV)/.ready

.PHONY: run test gate check format bench lock clean

run: $(READY)  ## install what is needed, index the guides, open the page
	@$(BIN)/tandem serve

# One process a core, each with one thread for the model: a run takes two thirds of the time.
test: $(READY)  ## run the tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

gate: $(READY)  ## run the project's own evaluation suites against their baselines
	@$(BIN)/python -m pytest evals

check: $(READY)  ## lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)  ## measure on a folder of guides: make bench GUIDES=folder
	@$(BIN)/python -m evals.bench "$(GUIDES)"

lock:  ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-annotate \
	  --no-header --upgrade -o requirements.lock
	sed -i -E '/^(nvidia-|cuda-|triton)/d' requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tandem needs Python 3.11 or newer; set PYTHON=… to one."; exit 1; }
	@echo "Tandem set-up, step 1 of 3: making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "Tandem set-up, step 2 of 3: installing the pinned packages (minutes, the first time)"
	@$(PIP) install --no-deps -r requirements.lock
	@# Where pip finds only the GPU build of torch, this adds the parts that build needs.
	@$(PIP) install "$$(grep '^torch==' requirements.lock)"
	@echo "Tandem set-up, step 3 of 3: installing Tandem itself"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)
