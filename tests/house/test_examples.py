"""Every example runs and prints what is saved beside it.

`examples/NN_name/main.py` is run by Python; its standard output is `expected.txt`.  The number
grades: the smaller, the less one must know.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from house.tree import ROOT, SOURCE

EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("[!_.]*/")
                  if any(path.glob("*.*")))


@pytest.mark.parametrize("name", EXAMPLES)
def test_form(name: str):
    folder = ROOT / "examples" / name
    assert re.fullmatch(r"\d\d_[a-z0-9_]+", name), "examples are named NN_name"
    assert (folder / "main.py").exists(), "an example is run by its main.py"
    assert (folder / "expected.txt").exists(), "save its output: python main.py > expected.txt"


@pytest.mark.parametrize("name", EXAMPLES)
def test_output(name: str, tmp_path: Path):
    folder = ROOT / "examples" / name
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=folder, capture_output=True, text=True, timeout=180,
        env={**os.environ, "PYTHONPATH": str(SOURCE)}, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (folder / "expected.txt").read_text("utf-8")


def test_numbers_are_unique():
    numbers = [name[:2] for name in EXAMPLES]
    assert len(numbers) == len(set(numbers))
