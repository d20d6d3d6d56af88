"""Mutated bytecode that is accepted runs to an end: a result or a Lua error, never a crash."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from lua.engines import Missing, ours
from lua.front.dump.driver import compiled, dumped, new_vm, read
from lua.front.dump.parsed import Function, parse
from lua.front.dump.test_dump import mutant
from wrought.lua.vm.bytecode import TABLE

PROGRAMS = {
    "calls": "local function f(a, ...) local b, c = ... return c, a, ... end\n"
             "local t = { f(1, 2), f(3, f(4, 5, 6)) }\nreturn f(t, f(t[1], t[2]))",
    "closures": "local a, b = 1, 2\nlocal function f(x) a = a + x local y = a\n"
                "return function(z) y = y + z + b return y end, function() return y end end\n"
                "local g, h = f(3) g(1) h() b = h() local k = f(1) return k(2), g(b)",
    "tables": "local t = { 1, 2, x = 3, [4.5] = 6, { y = 1 } }\nt.z = t.x + t[1]\nt[t.x] = t\n"
              "t[t] = nil t.x, t[2] = t[2], t.x local u = t[3] u.v = #t return u.v, -t.z, t.x",
    "logic": "local a, b, c = nil, false, 3\nlocal d = a or b or c\nlocal e = (a and b) == nil\n"
             "if d > 2 and not (c < 1) or e then a = d elseif c == 'x' then b = 1 end\n"
             "return a and b or c, d ~= c, e == true, 'x' < 'y', 1 <= c",
    "numbers": "local a, b = 7, 2.5\nlocal s = a + b - a * b / a % b ^ a\n"
               "s = s + 1 - 2 s = 3 * s - -s s = 's' .. s .. 1 .. a .. b return s, #s, a % -3",
    "methods": "local o = { n = 1 }\nfunction o.add(self, k, ...) self.n = self.n + k "
               "return self, ... end\n"
               "function o:get() return self.n, self end\nreturn o:add(2):add(3, o:get()):get()",
}
WANTED = 60
"""Accepted mutants that are run, of each program."""


def ends(f: Function) -> bool:
    """Whether there is no jump backward: then the function ends."""
    for w in f.code:
        if TABLE[w & 0xFF].d == "j" and w >> 63:
            return False
    return all(ends(x) for x in f.constants if isinstance(x, Function))


def accepted(vm: Any, data: bytes, rng: random.Random) -> bytes | None:
    """A mutant that is accepted and is not the program itself."""
    made = mutant(data, rng)
    try:
        again = bytes(dumped(vm, read(vm, made), False))
    except ValueError:
        return None
    return made if made != data and ends(parse(again)[1]) else None


def mutants(text: str, name: str) -> list[bytes]:
    rng, vm, found = random.Random(name), new_vm(), set[bytes]()
    data = [bytes(dumped(vm, compiled(vm, text), strip)) for strip in (True, True, False)]
    while len(found) < WANTED:
        made = accepted(vm, rng.choice(data), rng)
        if made is not None:
            found.add(made)
    return sorted(found)


@pytest.mark.parametrize("stress", [False, True])
@pytest.mark.parametrize("name", PROGRAMS)
def test_mutants_run(name: str, stress: bool, tmp_path: Path) -> None:
    try:
        engine = ours(stress=stress)
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    codes = []
    for made in mutants(PROGRAMS[name], name):
        (tmp_path / "m.luac").write_bytes(made)
        result = engine.run("m.luac", tmp_path)
        assert result.code in (0, 1), f"{result.code} {result.stderr!r} for {made.hex()}"
        codes.append(result.code)
    assert {0, 1} <= set(codes)


@pytest.mark.parametrize("name", PROGRAMS)
def test_dumps_run(name: str, tmp_path: Path) -> None:
    vm = new_vm()
    (tmp_path / "m.luac").write_bytes(bytes(dumped(vm, compiled(vm, PROGRAMS[name]), True)))
    result = ours().run("m.luac", tmp_path)
    assert (result.code, result.stderr) == (0, b"")
