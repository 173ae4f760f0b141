# Every command of the project. `make help` lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python 3 that really runs: it only starts the set-up, which finds a newer one.
PYTHON3 ?= $(shell for p in python3 /usr/bin/python3 python3.13 python3.12 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1 && echo "$$p" && break; done)
PYTHON := .venv/bin/python
WORKERS ?= 2
SPREAD := -n $(WORKERS)

.PHONY: help setup demo manage test check soak bench screenshots messages lock clean python3

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

python3:
	@test -n "$(PYTHON3)" || { echo "Python 3 is missing: install it (on Debian: apt install python3 python3-pip)." >&2; exit 1; }

setup: python3 ## Install everything that is needed, inside this folder
	@$(PYTHON3) scripts/bootstrap.py dev

demo: python3 ## Serve the site with demo data (PORT=8000; FRESH=1 starts over; DATABASE_URL)
	@$(PYTHON3) scripts/bootstrap.py demo
	@exec $(PYTHON) -m config.demo_server

manage: ## A command of manage.py on the demo while it runs: make manage DO=verify_integrity
	@test -r .local/environment || { echo "The demo does not run: start it with make demo." >&2; exit 1; }
	@set -a; . ./.local/environment; exec $(PYTHON) manage.py $(DO)

test: setup ## All checks and all tests
	@$(PYTHON) -m config.browser
	@exec $(PYTHON) scripts/test.py $(SPREAD)

check: setup ## The checks: lint, types, layers, templates, migrations, deployment, lock files
	@exec $(PYTHON) scripts/check.py

soak: SEED ?= $(shell $(PYTHON3) -c 'import random; print(random.SystemRandom().randrange(2**32))')
soak: setup ## The random and race tests at large counts (SEED=... repeats a run)
	@seed=$(SEED); echo "Seed $$seed"; \
	JOYTOP_SOAK=1 exec $(PYTHON) -m pytest $(SPREAD) -m "not e2e" --hypothesis-seed=$$seed

bench: setup ## Measure, and print the figures (DO=lighthouse: only that, as a phone would)
	@exec $(PYTHON) -m bench $(DO)

screenshots: setup ## Take the pictures of every page, narrow and wide
	@$(PYTHON) -m config.browser
	@exec $(PYTHON) -m e2e.screenshots

messages: setup ## Bring the translations in step with what the site says
	@exec $(PYTHON) scripts/messages.py update

lock: setup ## Resolve the lock files anew
	@exec $(PYTHON) scripts/lock.py

clean: ## Remove what was installed and built; data stay
	rm -rf .venv node_modules static/dist .local/uv .local/node .local/static .local/cache
