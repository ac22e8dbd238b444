# Everything that people and CI run here. Python 3.11 or later is enough to start: uv comes from
# PyPI into .venv-uv, the locked packages into .venv, servers for tests into the cache folder.
PYTHON ?= python3
MEMBERS ?= crds store bot-runtime operator e2e
WHEELS := crds store bot-runtime operator
TAG ?= dev

UV := .venv-uv/bin/uv
PY := .venv/bin/python
PROJECTS := $(wildcard */pyproject.toml)
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup servers cluster cluster-down demo test faults check bench wheels images format lock

help: ## explain the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## make .venv: locked packages, the members editable (every command does it first)

servers: .venv/ready ## install and build what the tests' real servers need (root; minutes once, then < 1 s)
	@$(PY) -m tradewinds_e2e.setup

cluster: .venv/ready ## bring up a whole Kubernetes on this machine, or mend it (root; KIND=1 uses kind; KUBECONFIG set: that one)
	@KIND="$(KIND)" $(PY) -m tradewinds_e2e.cluster up

cluster-down: .venv/ready ## remove it without a trace
	@$(PY) -m tradewinds_e2e.cluster down

demo: .venv/ready ## backtest two strategies on real bars, trade them on paper, compare the order hashes
	@$(PY) scripts/demo.py

test: servers ## run every member's tests with real servers; MEMBERS="crds store" runs some
	@$(PY) scripts/test.py $(MEMBERS)

faults: servers ## let the operator down at every write in every way, on a cluster with pods (root; many minutes)
	@cd operator && ../.venv/bin/pytest -vv --tb=short tests/faults/matrix.py

check: .venv/ready ## check format, lint, types, import layers, generated files, requirements
	@$(PY) scripts/check.py

e2e: cluster images ## the journeys: the chart on a whole cluster, as its users see it (KUBECONFIG set: that one)
	@cd e2e && ../$(PY) -m pytest journeys

bench: servers ## measure speed, memory and start-up on this machine
	@$(PY) scripts/bench.py

bench-operator: servers ## measure the operator: 2,000 Strategies beside the StatefulSet controller (minutes)
	@$(PY) operator/bench/many_strategies.py

bench-engine: .venv/ready ## measure backtests, sweeps and indicators beside their peers (makes .venv-peers; minutes)
	@$(PY) bot-runtime/bench/engine_peers/run.py

wheels: .venv/ready ## build the wheels that users install, into dist/
	@rm -rf dist
	@for member in $(WHEELS); do (cd $$member && ../.venv/bin/hatchling build --target wheel --directory ../dist) || exit 1; done

images: wheels ## build the images of runtime and operator into dist/images, where docker or buildah is
	@$(PY) scripts/images.py --uv $(UV) --tag $(TAG) $(if $(BASE),--base $(BASE)) $(if $(PYTHON_VERSION),--python-version $(PYTHON_VERSION))

format: .venv/ready ## format the code and mend what ruff can mend
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock: $(UV) ## resolve the dependencies again and write requirements*.txt
	@$(PYTHON) scripts/lock.py --uv $(UV)

$(UV): requirements-uv.txt
	@sh scripts/fetch-uv $(PYTHON)
	@touch $@

.venv/ready: $(UV) requirements.txt pyproject.toml $(PROJECTS)
	@test -x $(PY) || $(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements.txt
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation $(patsubst %,--editable %,$(patsubst %/pyproject.toml,%,$(PROJECTS)))
	@touch $@
