#!/bin/bash
# Runs the whole test suite on two cores.  Arguments go to pytest.  Leaves pytest's exit code in
# build/pytest.status for .ci/run, because make turns every failure into its own code 2.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
export PYTHONUNBUFFERED=1
.venv/bin/python tools/warm.py || exit 1
.venv/bin/python -m pytest -n "${WROUGHT_JOBS:-2}" "$@" </dev/null
status=$?
echo $status >build/pytest.status
exit $status
