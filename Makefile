# Wrought: the commands that people type.  Each does its own set-up on a fresh machine.
.PHONY: help demo test bench lint docs wheel setup clean
.DEFAULT_GOAL := help

PY := .venv/bin/python
READY := .venv/wrought-ready

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

$(READY): requirements.lock pyproject.toml tools/setup.sh src/wrought/cli/system-packages.txt
	@bash tools/setup.sh

setup: $(READY)  ## make this machine ready: system packages, .venv, Python packages

demo: $(READY)  ## see it work: two Linux domains, then the examples
	@$(PY) tools/demo.py

test: $(READY)  ## all tests, with lint among them (ARGS="-k name" passes on to pytest)
	@bash tools/test.sh $(ARGS)

bench: $(READY)  ## measure against peers in the same run
	@$(PY) -m bench

lint: $(READY)  ## ruff and pyright
	@$(PY) tools/lint.py

docs: $(READY)  ## the reference pages that are made from tables
	@PYTHONPATH=src $(PY) -m wrought.lang.docs docs/reference
	@PYTHONPATH=src $(PY) -m wrought.hv.tool.docs docs/reference
	@PYTHONPATH=src $(PY) -m wrought.hv.tool.board_summary docs/reference
	@PYTHONPATH=src $(PY) -m wrought.lua.docs docs/reference

wheel: $(READY)  ## dist/wrought-*.whl for both machines, compiled functions inside
	@PYTHONPATH=src $(PY) tools/wheel.py dist

clean:  ## remove what building made, .venv included
	@rm -rf build dist .venv .pytest_cache .ruff_cache .hypothesis
	@find src tests tools bench examples -name __pycache__ -type d -prune -exec rm -rf {} +
