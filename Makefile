# Every target does its own set-up; the second time it finds it done.
#   make run     set up, load the demonstration on first start, serve it with its worker   (PORT=8000)
#   make test    set up and run every test; DATABASE_URL=postgres://… runs them on PostgreSQL
#   make check   lint, types, import contracts, migrations
#   make bench   measure, plans last; one JSON object a line, some two hours in all
#   make vendor  rebuild static/vendor from npm (only this needs Node)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench vendor pango browser lock

VENV := .venv
PY := $(VENV)/bin/python
export PYTHONDONTWRITEBYTECODE ?= 1

# $(call debian,packages): install them when root on Debian; elsewhere fail, so that the caller says what to do.
debian = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	(apt-get install -qq -y --no-install-recommends $(1) || (apt-get update -qq && apt-get install -qq -y --no-install-recommends $(1))) >/dev/null; \
	else false; fi

help:
	@sed -n '2,6p' Makefile | sed 's/^# *//'

$(VENV)/ready: requirements.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 --version)."; exit 1; }
	@echo "Setting up Python packages in $(VENV) (once, about a minute) …"
	@python3 -m venv $(VENV) >/dev/null 2>&1 || { $(call debian,python3-venv) && python3 -m venv $(VENV); } || { echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

pango:
	@ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || $(call debian,libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) || \
	echo "PDF documents are switched off: Pango is missing. On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

browser: pango
	@command -v chromium >/dev/null || $(call debian,chromium) || echo "Browser tests will be skipped: Chromium is missing. On Debian: apt-get install chromium"

var/static/ready: $(VENV)/ready $(shell find static -type f)
	@echo "Gathering style sheets and scripts …"
	@$(PY) manage.py collectstatic --noinput --clear --ignore build -v 0
	@mkdir -p $(@D) && touch $@

run: $(VENV)/ready pango var/static/ready
	@$(PY) manage.py migrate -v 0
	@$(PY) manage.py createcachetable
	@$(PY) manage.py load_demo --if-empty --seed 1
	@exec $(PY) manage.py serve

test: $(VENV)/ready browser
	$(PY) -m pytest -m "not browser" -n auto --dist worksteal -q
	$(PY) -m pytest -m browser -n 0 -q

check: $(VENV)/ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy networks assets procurement
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -W error manage.py check --fail-level WARNING

bench: $(VENV)/ready pango
	@$(PY) -m tests.bench
	@$(PY) -m tests.bench.planner

vendor:
	sh static/build/vendor.sh

lock:
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 -q -o requirements.lock
