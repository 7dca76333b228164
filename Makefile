# `make demo` and `make test` each work alone on a fresh checkout; CONTRIBUTING.md says more.

BIN := .venv/bin
export PATH := $(PATH):/usr/sbin:/sbin

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench bench-large bench-report crash-test hostile fuzz simulation screenshots lock sbom audit install uninstall dashboard-types

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: ## make .venv and install posmon with its hash-pinned requirements
	@scripts/setup.sh

demo: setup ## run posmon against a simulated fleet
	$(BIN)/posmon demo

test: setup ## run every test, with the real programs they need; ARGS="-k word" narrows it
	@scripts/test-programs.sh
	@scripts/npm-packages.sh
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: setup ## formatting, lint, types, layers, rules of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_house.py

bench: setup ## measure against the references, some minutes; ARGS="cost" for some parts, BENCH_QUICK=1 for a glance
	@scripts/test-programs.sh bench
	$(BIN)/python -m bench $(ARGS)

bench-large: setup ## measure fleets of up to a million terminals, and TLS; twenty minutes
	$(BIN)/python -m bench --large $(ARGS)

bench-report: ## write the figures of RUNS="var/bench/A.json B.json" into README and docs/performance.md
	$(BIN)/python -m bench.report $(RUNS)

evaluate: setup ## how well alerts and diagnoses fit generated traffic, some minutes; ARGS="--seeds development --json FILE", ARGS="calm": who is woken in ordinary weeks
	$(BIN)/python -m bench.evaluate $(ARGS)

simulation: setup ## live through simulated worlds, SEEDS=2000 of them, or tell what happens in world SEED=17
	$(if $(SEED),$(BIN)/python -m tests.simulation $(SEED),SIMULATION_SEEDS=$(or $(SEEDS),2000) $(BIN)/python -m pytest -n 2 tests/simulation)

screenshots: setup ## photograph the pages of a simulated fleet that has lived for MINUTES=16, into docs/images/
	@scripts/test-programs.sh
	$(BIN)/python -m tests.screenshots $(MINUTES)

dashboard-types: ## check the Grafana dashboards against Grafana's own types; needs npm and its registry
	@scripts/dashboard-types.sh

sbom: setup ## write the CycloneDX bill of materials to dist/
	@scripts/supply-chain.sh sbom

audit: setup ## ask the public advisory database about the pins; fails when it cannot be reached
	@scripts/supply-chain.sh audit

install: setup ## as root: install posmon as a systemd service; docs/deployment.md
	@scripts/install.sh install

uninstall: ## as root: remove the service; configuration and state stay
	@scripts/install.sh uninstall

crash-test: setup ## kill posmon 500 times at random moments, and the whole daemon 30 times; KILLS=50 DAEMON_KILLS=5
	CRASH_KILLS=$(or $(KILLS),500) CRASH_DAEMON_KILLS=$(or $(DAEMON_KILLS),30) $(BIN)/python -m pytest -n 0 tests/faults/test_kill_minus_9.py tests/integration/daemon/test_restart.py -k kill

hostile: setup ## TERMINALS=2000 for SECONDS=60, a third of them hostile, and hostile callers: lateness and memory
	HOSTILE_TERMINALS=$(or $(TERMINALS),2000) HOSTILE_SECONDS=$(or $(SECONDS),60) $(BIN)/python -m pytest -n 0 -s tests/faults/test_hostile_suite.py

fuzz: setup ## fuzz every parser for TIME=60 seconds each; PARSERS="heartbeat event" names some
	@scripts/fuzz.sh $(PARSERS)

lock: ## re-compile the pinned requirements from pyproject.toml; UPGRADE=1 takes newer releases
	@scripts/lock.sh
