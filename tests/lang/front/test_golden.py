"""What the front end makes of small programs: source above, its IR below, in one file.

`pytest --bless` writes the IR again; at most 45 lines a file, so that people read them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lang.errors.harness import load, roots
from wrought.lang.front.unit import Unit
from wrought.lang.ir.printer import print_function
from wrought.lang.ir.verifier import check_module
from wrought.lang.targets import TARGETS

FOLDER = Path(__file__).with_name("golden")
CASES = sorted(p.stem for p in FOLDER.glob("*.txt"))
MARK = "---- ir\n"
MOST = 45


@pytest.mark.parametrize("name", CASES)
def test_ir(name: str, golden: Callable[[Path, str], None]) -> None:
    path = FOLDER / f"{name}.txt"
    source, _, _ = path.read_text("utf-8").partition(MARK)
    unit = Unit(name, TARGETS["aarch64-none"])
    for f in roots(load(name, source)):
        unit.root(f)
    module = unit.finish()
    check_module(module)
    own = [f for f in module.functions.values() if "." not in f.title]  # methods are not shown
    text = "\n".join(map(print_function, own))
    golden(path, f"{source.rstrip()}\n{MARK}{text}")
    assert len(path.read_text("utf-8").splitlines()) <= MOST
