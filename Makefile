# Every target works from a fresh clone with python3.11 (venv and pip) alone.
PYTHON ?= python3.11
BIN := .venv/bin
PACKAGES := core accounts warehouse scoring alerts adjustments analytics gcva
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
ARGS ?=
# each worker begins with a part in one piece, so a world of several tests is seldom built twice
SPREAD := -n logical --dist worksteal

.PHONY: help setup demo stop test test-live test-spark e2e lint format bench bench-pages
.DEFAULT_GOAL := help

help:
	@echo "make demo        set up, start everything, assess a demo province, serve it and print the logins"
	@echo "make stop        stop the embedded servers"
	@echo "make test        set up and run the tests"
	@echo "make test-live   tests that kill, race and restart whole servers"
	@echo "make test-spark  both engines over the same months (installs pyspark; needs Java 17)"
	@echo "make e2e         tests in a browser (needs Chromium)"
	@echo "make bench       one month at SIZE=S, M (default) or L beside its floor and two peers, RUNS times"
	@echo "make lint        style, types, import rules, templates, migrations, deployment checks"
	@echo "make format      let ruff lay the code out"
	@echo "Pass more with ARGS, e.g.: make demo ARGS='--groups 500 --months 3'"

setup: .venv/.installed-dev

.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/.installed-spark: .venv/.installed-dev requirements-spark.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	@touch $@

demo: .venv/.installed
	@$(BIN)/python manage.py demo $(ARGS)

stop: .venv/.installed
	@$(BIN)/python manage.py embedded stop

test: setup
	$(BIN)/pytest $(SPREAD) -m "not live and not e2e and not spark" $(ARGS)

test-live: setup
	$(BIN)/pytest $(SPREAD) -m "live and not spark" tests/bare tests/canary tests/permissions $(ARGS)
	$(BIN)/pytest -n logical --dist loadfile -m "live and not spark" \
		--ignore=tests/bare --ignore=tests/canary --ignore=tests/permissions $(ARGS)

test-spark: .venv/.installed-spark
	@command -v java >/dev/null || \
		{ echo "Spark needs Java 17: install it (apt-get install openjdk-17-jre-headless)."; exit 1; }
	$(BIN)/pytest -m spark $(ARGS)

e2e: setup
	@test -n "$(CHROMIUM)" || \
		{ echo "The browser tests need Chromium: install it (apt-get install chromium) or set CHROMIUM=/path."; exit 1; }
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -n 2 --dist loadfile -m "e2e and not spark" $(ARGS)

bench: setup
	$(BIN)/python bench/month.py $(or $(SIZE),M) $(or $(RUNS),3)

bench-pages: setup
	$(BIN)/python bench/pages.py $(or $(SIZE),M)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	GCVA_PRODUCTION=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

format: setup
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
