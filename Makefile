# Everything a newcomer needs: `make up` runs the registry, `make test` tests it. Each prepares what it needs first,
# with python3 (3.11 or newer, with venv) and nothing else on the machine.

PYTHON ?= python3
RUN := .venv/bin/python
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help up stack logs verify test faults walls check schema bench real lock clean prepare-local prepare-dev prepare-rabbitmq

help: ## Show this list
	@echo "The incident registry. Commands:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo "Settings: REGISTRY_PORT=8000, REGISTRY_DATA=.registry, PYTHON=python3; for example: make up REGISTRY_PORT=9000"

up: prepare-local ## Run the whole registry on 127.0.0.1:8000 until Ctrl-C; data stays in .registry
	@exec $(RUN) -m deploy.local up

stack: prepare-local prepare-rabbitmq ## The same as processes of their own, on RabbitMQ; data in .registry-stack (SCALE="files-work=3")
	@exec $(RUN) -m deploy.local stack

logs: prepare-local ## Follow the logs of all processes of the running stack
	@exec $(RUN) -m deploy.local logs

verify: prepare-local ## Prove from the tables that nothing was lost, doubled or left behind
	@$(RUN) -m deploy.local verify

test: prepare-dev prepare-rabbitmq ## Run every check and every test, with its own database, object store and RabbitMQ
	@scripts/check
	@$(RUN) -m pytest $(TESTS)

faults: prepare-dev prepare-rabbitmq ## Run the long tests of what happens when parts are killed, frozen or cut off
	@REGISTRY_FAULTS=long $(RUN) -m pytest -m "long or not long" $(or $(TESTS),tests/faults)

walls: prepare-dev prepare-rabbitmq ## Ask the graph everything as everybody, with each wall alone too (PART=3/60 for a part)
	@REGISTRY_MATRIX_PART=$(or $(PART),1/1) $(RUN) -m pytest tests/system/test_matrix.py

check: prepare-dev ## Run the fast half: lint, format, types, boundaries, generated files
	@scripts/check

schema: prepare-dev ## Write the services' schemas, the supergraph, the catalogue of events and the pages of rights anew from the code
	@$(RUN) -m deploy.schemas
	@$(RUN) -m deploy.composition
	@$(RUN) -m deploy.listeners
	@$(RUN) -m deploy.catalogue
	@$(RUN) -m deploy.permissions
	@$(RUN) -m deploy.access_matrix

bench: prepare-dev ## Measure how fast the whole registry is
	@$(RUN) -m benchmarks

real: prepare-local ## Import the real incidents in DATA=folder (breaches.csv) into the running registry
	@$(RUN) -m deploy.local.real "$(DATA)"

lock: prepare-dev ## Pin the requirements anew from pyproject.toml (LOCK=--upgrade takes newer versions)
	@scripts/lock

clean: ## Remove what `make` made, but not the data in .registry
	@rm -rf .venv web/node_modules web/assets .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

prepare-local prepare-dev: prepare-%:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON): install it." >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py $*

prepare-rabbitmq:
	@$(RUN) -m deploy.local.rabbitmq
