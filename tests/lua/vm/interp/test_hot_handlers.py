"""The handlers that matter stay as short as they are, on both machines.

Their machine code is in golden files, `golden/MACHINE/LABEL.txt`.  `limits.toml` has, for each exit
of a handler (a jump to the next bytecode), how many instructions the shortest path to it takes:
exits in ascending order of that, which are in most cases the int and the double operands, or a
jump that is taken and one that is not.

    python -m pytest tests/lua/vm/interp/test_hot_handlers.py --bless

writes the listings again, and lowers the limits to what there is; it never raises one.  Who has a
reason for a longer handler changes its limit by hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from lua.vm.interp.hot import (
    HANDLERS,
    ONWARD,
    Code,
    fields,
    labelled,
    listing,
    paths,
    read,
    table,
    uses_stack,
)
from wrought.lua.image import program

HERE = Path(__file__).parent
LIMITS = HERE / "limits.toml"
HEAD = """\
# How many instructions each hot handler may take to each of its exits, the shortest first.
# test_hot_handlers.py says what that is; `--bless` lowers the numbers, people raise them.
"""
TARGETS = {"x64": "x86_64-linux", "a64": "aarch64-linux-musl"}
CASES = [pytest.param(machine, name, id=f"{machine}-{name}")
         for machine in TARGETS for name in HANDLERS]


@cache
def handlers(machine: str) -> dict[str, Code]:
    """The hot handlers of the `lua` executable for a machine, by label."""
    data = program(TARGETS[machine]).object()
    symbols = labelled(data)
    return {name: read(data, symbols[name], ONWARD.get(name, "")) for name in HANDLERS}


@cache
def state_fields() -> dict[int, str]:
    return fields()


def limits() -> dict[str, dict[str, list[int]]]:
    return tomllib.loads(LIMITS.read_text(encoding="utf-8")) if LIMITS.exists() else {}


def lengths(machine: str, name: str) -> list[int]:
    return [len(path) for path in paths(handlers(machine)[name])]


@pytest.mark.parametrize(("machine", "name"), CASES)
def test_text(machine: str, name: str, golden: Callable[[Path, str], None]) -> None:
    text = listing(handlers(machine)[name], machine, state_fields())
    golden(HERE / "golden" / machine / f"{name}.txt", text)


@pytest.mark.parametrize(("machine", "name"), CASES)
def test_never_touches_the_native_stack(machine: str, name: str) -> None:
    """On the paths to its exits, that is: what leaves for a slow handler is not among them."""
    handler = handlers(machine)[name]
    assert paths(handler), "it never goes on to another bytecode"
    assert not uses_stack(handler, machine)


@pytest.mark.parametrize("machine", TARGETS)
def test_lengths(machine: str, pytestconfig: pytest.Config) -> None:
    found = {name: lengths(machine, name) for name in HANDLERS}
    if pytestconfig.getoption("--bless"):
        _lower(machine, found)
    allowed = limits()[machine]
    assert set(allowed) == set(found)
    longer = [f"{name}: {allowed[name]} became {found[name]}" for name in HANDLERS
              if not _within(found[name], allowed[name])]
    assert not longer, "\n".join(longer)


def _within(found: list[int], allowed: list[int]) -> bool:
    """Fewer exits are fine where the shortest paths to those that are left are."""
    return len(found) <= len(allowed) and all(
        have <= may for have, may in zip(found, allowed, strict=False))


def _lower(machine: str, found: dict[str, list[int]]) -> None:
    before = limits()
    old = before.get(machine, {})
    before[machine] = {name: now if name not in old or _within(now, old[name]) else old[name]
                       for name, now in found.items()}
    text = "".join(f"\n[{other}]\n{table(before[other])}" for other in TARGETS if other in before)
    LIMITS.write_text(HEAD + text, encoding="utf-8")


def test_a_longer_one_is_seen() -> None:
    assert _within([11, 13], [11, 14]) and _within([11], [11, 14])
    assert not _within([12, 13], [11, 14]) and not _within([11, 13, 20], [11, 14])
