# The commands of the project. `make help` lists them; each sets up what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

## setup: install what is missing (needs root or sudo; otherwise prints the line to type)
.PHONY: setup
setup:
	@Scripts/setup.sh

## demo: build Studio and run it to the end of its story (DEMO_EXIT=1 to exit then, CSV=path for your own file)
.PHONY: demo
demo: setup
	@Scripts/demo.sh

## test: run all tests (FILTER=name for some of them)
.PHONY: test
test: setup
	@Scripts/test.sh

## soak: kill workers, clients and relays, feed broken messages, run a virtual day (SEED, ROUNDS, TASKS, DAY_TASKS)
.PHONY: soak
soak: setup
	@Scripts/soak.sh

## sanitize: run the tests of queries and tasks with the thread and the address sanitizer (SANITIZER, FILTER)
.PHONY: sanitize
sanitize: setup
	@Scripts/sanitize.sh

## check: format, lint, documentation, generated files
.PHONY: check
check: setup
	@Scripts/check.sh

## bench: measure everything beside its peers (QUICK=1 to try it out)
.PHONY: bench
bench: bench-tasks bench-orm

## bench-tasks: measure tasks on SQLite beside Huey and the floor (SOAK=1 for memory over a million tasks)
.PHONY: bench-tasks
bench-tasks: setup
	@Scripts/bench-tasks.sh

## bench-orm: measure queries beside Django, SQLAlchemy, the Python drivers and GRDB (QUICK=1 to try it out)
.PHONY: bench-orm
bench-orm: setup
	@Scripts/bench-orm.sh

## format: rewrite the sources in the house format
.PHONY: format
format:
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

## clean: remove build products and the demo's data
.PHONY: clean
clean:
	@rm -rf .build .martlet

## help: list these commands
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  make %-11s %s\n", $$1, $$2 }'
