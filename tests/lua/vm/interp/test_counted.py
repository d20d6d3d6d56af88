"""How many instructions the executable takes on AArch64 for an operation: no more than it did.

The operations and the way of counting are the benchmark's (`python -m bench lua --aarch64`); the
numbers in `counted.toml` are instructions per iteration, loop included.  `--bless` lowers them.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua.vm.interp.hot import table
from wrought.lua.image import executable

ROOT = Path(__file__).parents[4]
PINNED = Path(__file__).parent / "counted.toml"
HEAD = """\
# Instructions per iteration on AArch64, loop included: `pytest test_counted.py --bless` lowers
# them, people raise them.
"""
OPERATIONS = ("x = x + i", "t.x read", "t[k]", "global", "f()", "o:m()", "ipairs over 10",
              "pcall(f)")
ROOM = 1.03
"""What code around the operation may add, such as a call of the collector more."""

LOW, HIGH = 1_000, 9_000
"""How often the loop runs: the difference is what the operation takes, not the start."""

EMULATOR = "qemu-aarch64"

pytestmark = pytest.mark.skipif(
    not shutil.which(EMULATOR), reason=f"{EMULATOR} (package qemu-user) is not installed")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, float]]:
    """Instructions per iteration of each operation."""
    sys.path.insert(0, str(ROOT))
    try:
        yield count(tmp_path_factory.mktemp("counted"))
    finally:
        sys.path.remove(str(ROOT))


def count(folder: Path) -> dict[str, float]:
    from bench.counting import build_plugin
    from bench.lua.engines import OURS, Engine
    from bench.lua.operations import OPERATIONS as ALL

    from bench.lua import emulated

    result, program = folder / "count", folder / "operation.lua"
    prefix = [EMULATOR, "-plugin", f"file={build_plugin(folder)},result={result}"]
    engine = Engine(OURS, (str(executable(emulated.TARGET)),))
    by_title = {operation.title: operation for operation in ALL}
    found = {}
    for title in OPERATIONS:
        program.write_text(by_title[title].source(), encoding="utf-8")
        low, high = (emulated.count(prefix, result, engine, [str(program), str(times)])[0]
                     for times in (LOW, HIGH))
        found[title] = round((high - low) / (HIGH - LOW), 1)
    return found


def test_no_more_than_before(counted: dict[str, float], pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--bless"):
        old = pinned() if PINNED.exists() else {}
        lower = {title: min(now, old.get(title, now)) for title, now in counted.items()}
        PINNED.write_text(f"{HEAD}\n{table(lower)}", encoding="utf-8")
    allowed = pinned()
    assert set(allowed) == set(OPERATIONS)
    more = [f"{title}: {allowed[title]} became {now}" for title, now in counted.items()
            if now > allowed[title] * ROOM]
    assert not more, "\n".join(more)


def test_it_counts(counted: dict[str, float]) -> None:
    """A call takes more than an addition, ten steps of ipairs take more than one call."""
    assert 5 < counted["x = x + i"] < counted["f()"] < counted["ipairs over 10"]


def pinned() -> dict[str, float]:
    return tomllib.loads(PINNED.read_text(encoding="utf-8"))
