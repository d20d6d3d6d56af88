"""Our VM does what LuaJIT does, on every conformance script and on both machines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lua.conformance.cases import compare, differences, expected, names, not_under, run, written
from lua.engines import TARGETS, Engine, Missing, Result, oracle, ours


def engine(make: Callable[[], Engine]) -> Engine:
    """An engine; a test fails with what is missing where it is not there."""
    try:
        return make()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


def check(name: str, target: str, stress: bool | str = False) -> None:
    tested = engine(lambda: ours(target, stress))
    engine(oracle)
    difference = compare(name, expected(name), run(tested, name), target)
    if difference:
        pytest.fail(f"{name} on {tested.name}\n{difference}", pytrace=False)


@pytest.mark.parametrize("name", names())
def test_x86_64(name: str):
    check(name, TARGETS[0])


@pytest.mark.parametrize("name", [n for n in names() if "qemu" not in not_under(n)])
def test_aarch64(name: str):
    check(name, TARGETS[1])


@pytest.mark.parametrize("name", [n for n in names() if "stress" not in not_under(n)])
def test_collection_at_every_allocation(name: str):
    check(name, TARGETS[0], stress=True)


@pytest.mark.parametrize("name", [n for n in names() if "stress" not in not_under(n)])
def test_tiny_steps_of_the_collector(name: str):
    check(name, TARGETS[0], stress="step")


@pytest.mark.parametrize("name", [n for n in names() if not written(n).exists()])
def test_the_oracle_is_repeatable(name: str):
    """A script whose output depends on addresses or on time could fail for no reason."""
    engine(oracle)
    first, second = expected(name), run(oracle(), name)
    assert compare(name, first, second) == ""
    assert first.stdout.count(b"\n") >= 3, "the script stopped before it printed anything"


def test_the_suite_is_there():
    assert len(names()) >= 120
    differences()


def test_comparing_sees_every_difference():
    name = names()[0]
    base = Result(b"a\nb\n", b"luajit: x.lua:1: 0x5566778899\n", 1)
    assert compare(name, base, Result(base.stdout, b"lua: x.lua:1: 0x7766554433\n", 1)) == ""
    assert "-b" in compare(name, base, Result(b"a\nc\n", base.stderr, 1))
    assert "-b" in compare(name, base, Result(b"a\n", base.stderr, 1))
    assert "x.lua:2" in compare(name, base, Result(base.stdout, b"lua: x.lua:2: 0x77665544\n", 1))
    assert "exit code 0" in compare(name, base, Result(base.stdout, base.stderr, 0))
    assert "signal 11" in compare(name, base, Result(base.stdout, base.stderr, -11))
    assert "hung" in compare(name, base, Result(base.stdout, base.stderr, None))
