"""The cache of lowered functions gives what lowering gives, whatever was edited in between."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import wrought

DATA = '''"""Declarations."""
from __future__ import annotations
from wrought.lang.core.decl import struct, enum
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lang.core.static import static

LIMIT = 10
counter = static(u64)

@enum(u8)
class Color:
    RED = 1
    BLUE = 2

@struct
class Point:
    x: u32
    y: u64

    def sum(self) -> u64:
        return self.x + self.y

@fn
def helper(a: u64) -> u64:
    return a + LIMIT
'''
APP = '''"""Code."""
from __future__ import annotations
import data
from data import Color, Point, counter, helper
from wrought.lang.core.function import export, fn
from wrought.lang.core.scalars import Ptr, u64

@export
@fn
def run(p: Ptr[Point], n: u64) -> u64:
    global counter
    counter += helper(n)
    if n > data.LIMIT:
        print(f"over {n:#x}")
        return p.sum()
    return p.y + data.LIMIT

@export
@fn
def paint(n: u64) -> u64:
    c = Color.BLUE
    match c:
        case Color.RED:
            return n
        case _:
            return n * 2
'''
SCRIPT = '''
import sys
sys.path.insert(0, sys.argv[1])
import app
from wrought.lang.build.program import Program
from wrought.lang.build.cache import Cache
from pathlib import Path
from wrought.lang.front import function
lowered = []
keep = function.lower_function
def count(unit, inst):
    lowered.append(inst.symbol)
    keep(unit, inst)
function.lower_function = count
from wrought.lang.ir.printer import print_module
program = Program("p", target="x86_64-linux", roots=[app.run, app.paint],
                  cache=Cache(Path(sys.argv[2])))
print(print_module(program.module()))
print("LOWERED", *lowered)
'''
EDITS = {
    "constant": (("data.py", "LIMIT = 10", "LIMIT = 11"),),
    "field": (("data.py", "    x: u32\n", "    w: u32\n    x: u32\n"),),
    "enum": (("data.py", "BLUE = 2", "BLUE = 1 + 6"),),
    "method": (("data.py", "self.x + self.y", "self.x + self.y + 1"),),
    "callee body": (("data.py", "return a + LIMIT", "return a * LIMIT"),),
    "callee option": (("data.py", "@fn\ndef helper", "@fn(inline=True)\ndef helper"),),
    "lines moved": (("app.py", '"""Code."""', '"""Code.\n\nMore lines.\n"""'),),
    "body": (("app.py", "n * 2", "n * 3"),),
    "static": (("data.py", "static(u64)", "static(u64, 5)"),),
}


def lower(folder: Path, cache: Path) -> tuple[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(cache)], capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1",
                          "PYTHONPATH": str(Path(wrought.__file__).parents[1])})
    assert done.returncode == 0, done.stderr
    text, _, names = done.stdout.rpartition("LOWERED")
    return text, names.split()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program and a cache that holds it."""
    folder = tmp_path_factory.mktemp("memo")
    (folder / "data.py").write_text(DATA)
    (folder / "app.py").write_text(APP)
    _, first = lower(folder, folder / "cache")
    assert "run" in first
    return folder


def test_nothing_changed(filled: Path) -> None:
    text, again = lower(filled, filled / "cache")
    assert "run" not in again and "paint" not in again and "data.helper" not in again
    assert text == lower(filled, filled / "empty")[0]


@pytest.mark.parametrize("edit", EDITS)
def test_edit(filled: Path, edit: str, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(filled / "cache", tmp_path / "cache")
    for name in ("data.py", "app.py"):
        shutil.copy(filled / name, filled / f"{name}.kept")
    try:
        for name, old, new in EDITS[edit]:
            text = (filled / name).read_text()
            assert old in text
            (filled / name).write_text(text.replace(old, new))
        cached, relowered = lower(filled, tmp_path / "cache")
        assert cached == lower(filled, tmp_path / "empty")[0]
        if edit == "lines moved":
            assert relowered == ["write"]
        if edit == "body":
            assert relowered == ["paint", "write"]
    finally:
        for name in ("data.py", "app.py"):
            shutil.move(filled / f"{name}.kept", filled / name)
