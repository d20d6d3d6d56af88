"""Compiling where there is no memory: a clean error at any allocation, and no harm done."""

from __future__ import annotations

import pytest

from lua.front.chunks import bitcast_vm, compile_text, load, state, value_of
from lua.front.wrong import PROGRAM
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u64
from wrought.lua.vm.gc.control import fail_after

MANY = ("local a, b, c " * 20 + "x = {" + ",".join(f"k{n} = {n}.5" for n in range(300)) + "} "
        + "f(function() return a, 'x\\n' .. b end) " * 30 + "::l:: goto l ")
ERRMEM = 4


@fn
def set_failing(vm: u64, n: u64) -> None:
    fail_after(bitcast_vm(vm), n)


@pytest.mark.parametrize("source", (PROGRAM, MANY))
def test_every_allocation_fails_once(source: str):
    data = source.encode()
    expected = load(data).text()
    failed = 0
    while True:
        set_failing(state(), failed + 1)
        code, result = compile_text(state(), data, b"=c")
        set_failing(state(), 0)
        if code == 0:
            break
        assert (code, value_of(result)) == (ERRMEM, "not enough memory")
        failed += 1
    assert failed > 50
    assert load(data).text() == expected
