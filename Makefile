# Everything a developer or operator does. `make demo` is the place to begin.
PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint fmt assets bench messages chaos shell worker

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## install everything, write .env, bring the data base up to date
	@$(PYTHON) -m tools.setup

demo: ## web and worker with a demo office on PORT (default 8000); Ctrl-C ends both
	@$(PYTHON) -m tools.setup --no-site
	@exec $(VENV) -m tools.demo

test: ## lint, types, contracts, tests on both data bases, browser journeys
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m tools.check all

lint: ## only what reads the code
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m tools.check lint

fmt: ## put the code in order
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m ruff check --quiet --fix . ; $(VENV) -m ruff format --quiet .

assets: ## build styles, fonts and scripts
	@$(PYTHON) -m tools.setup --no-site

bench: ## measure against django-appointment and the data base alone
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m tests.load.bench

messages: ## 10,000 reminders by two workers while people book (eight minutes)
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m tests.load.messages

chaos: ## 3,000 messages through 30 kills, on PostgreSQL, SQLite and with Redis (a quarter of an hour)
	@$(PYTHON) -m tools.setup --dev --no-site
	@$(VENV) -m tests.chaos.run

shell: ## a Python shell with the models
	@$(VENV) manage.py shell

worker: ## the queue's worker alone
	@$(VENV) manage.py worker
