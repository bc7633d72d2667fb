# make serve: install, index, serve.   make test: everything that continuous integration runs.
PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
BIN    := .venv/bin
EVAL   ?= ../shared/eval
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/locale/*/LC_MESSAGES/meipi.po))

.DEFAULT_GOAL := help
# Python keeps what it has compiled: without that every start takes half as long again, and the tests start
# many processes.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup serve test suite check chromium compiled fix messages eval bench faults golden screenshots audit lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps tell when packages were installed: after a change of one of these files they are installed again.
.venv/made: pyproject.toml setup.py requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[fast,import,cards,pdf,dict,zh,anki,edit]' babel
	@touch $@

.venv/made-test: .venv/made
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
	@touch $@

# Installing compiles the catalogues; this rule does it again after a change of their words.
%.mo: %.po | .venv/made
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

setup: .venv/made $(CATALOGUES) ## make .venv and install

serve: setup ## index content/ and serve it at http://127.0.0.1:8000/ (PORT=… HOST=…)
	@$(BIN)/meipi index || true
	@$(BIN)/meipi serve --host $(HOST) --port $(PORT)

test: ## every test: lint, types, units, properties, browser
	@$(MAKE) --no-print-directory -j 2 check suite

# Two processes more than there are cores: while some wait for a server or a browser, the cores have other work.
suite: .venv/made-test $(CATALOGUES) chromium
	$(BIN)/pytest -n $$($(BIN)/python -c 'import os; print(os.cpu_count() + 2)') --dist loadfile --no-loadscope-reorder -q

check: .venv/made-test $(CATALOGUES) ## lint code and content, no tests
	$(BIN)/ruff format --check app tests deploy
	$(BIN)/ruff check app tests deploy
	$(BIN)/mypy
	sh tests/typescript.sh
	$(BIN)/meipi check

chromium:
	@sh tests/chromium.sh

compiled: .venv/made-test ## compile the rules for speakers in build/compiled, and run the tests of app/text there
	@rm -rf build/compiled && mkdir -p build/compiled
	@cp -R app content deploy static templates tests pyproject.toml build/compiled/
	cd build/compiled && $(CURDIR)/$(BIN)/python deploy/compile.py
	cd build/compiled && PYTHONPATH=. $(CURDIR)/$(BIN)/pytest -q tests/text

fix: .venv/made-test ## format and mend what can be mended by itself
	$(BIN)/ruff check --fix app tests deploy
	$(BIN)/ruff format app tests deploy

eval: .venv/made-test ## scores on the development cases (EVAL=… where they are)
	@if [ -d "$(EVAL)" ]; then $(BIN)/python tests/evaluate.py "$(EVAL)"; \
	else echo "no development cases at $(EVAL); set EVAL=…"; fi

bench: .venv/made-test ## measure: speed and size, printed, never asserted
	@for script in tests/bench/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

faults: .venv/made-test ## new random examples, kills, batches, odd YAML, bombs, attacks, hostile requests, load
	$(BIN)/pytest -q -m hypothesis --hypothesis-profile chance
	$(MAKE) compiled
	PYTHONPATH=. $(BIN)/python tests/bench/kill.py
	PYTHONPATH=. $(BIN)/python tests/edit/test_two_at_once.py 200
	PYTHONPATH=.:tests $(BIN)/python tests/bench/batches.py
	PYTHONPATH=. $(BIN)/python tests/bench/odd_yaml.py
	PYTHONPATH=.:tests/importers:tests $(BIN)/python tests/bench/overwhelm.py
	PYTHONPATH=.:tests/importers:tests $(BIN)/python tests/bench/overwhelm.py --site
	PYTHONPATH=. $(BIN)/python tests/bench/hostile.py
	PYTHONPATH=. $(BIN)/python tests/bench/schema.py
	PYTHONPATH=. $(BIN)/python tests/bench/bench_memory.py
	PYTHONPATH=. $(BIN)/python tests/bench/attacks.py
	PYTHONPATH=.:tests $(BIN)/python tests/bench/soak.py
	PYTHONPATH=.:tests $(BIN)/python tests/bench/soak.py --postgres

messages: .venv/made-test ## collect and compile the messages of the interface (app/locale)
	$(BIN)/python tests/messages.py

golden: .venv/made-test ## rewrite the golden files for review
	MEIPI_GOLDEN=rewrite $(BIN)/pytest -q tests -k golden

screenshots: .venv/made-test chromium ## take the pictures in docs/ anew
	$(BIN)/python tests/screenshots.py

# The tools have an environment of their own, so that they do not appear in the list or change its versions.
audit: .venv/made-test ## known weaknesses of every dependency, or that one could not be asked for; writes var/sbom.json
	@test -d .venv/audit || $(PYTHON) -m venv .venv/audit
	.venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit cyclonedx-bom
	@mkdir -p var
	.venv/audit/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml -o var/sbom.json
	.venv/audit/bin/pip-audit -r requirements.lock --no-deps --disable-pip --strict

lock: ## resolve every dependency anew into requirements.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-emit-index-url \
	  --no-annotate --custom-compile-command 'make lock' -o requirements.lock pyproject.toml

clean: ## remove what can be made again
	rm -rf .venv var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
