"""What the parser emits obeys the rules of loaded bytecode, and survives a dump."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from lua.front.dump.driver import compiled, dumped, new_vm, read
from lua.front.dump.parsed import broken_rule, parse
from lua.front.dump.test_dump import mutant
from lua.front.dump.test_fuzz import outcome
from wrought.lua.front.verify import verify

ROOT = Path(__file__).parents[4]
CASES = [*sorted((ROOT / "tests/lua/cases").rglob("*.lua")),
         *sorted((ROOT / "bench/lua").rglob("*.lua"))]
MUTATED = CASES[::9]


@pytest.fixture(scope="module")
def vm() -> Any:
    return new_vm()


def source(path: Path) -> str:
    return path.read_text(encoding="latin-1")


def test_there_are_cases() -> None:
    assert len(CASES) > 50


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(vm: Any, path: Path) -> None:
    proto = compiled(vm, source(path))
    assert verify(vm, proto)
    data = bytes(dumped(vm, proto, False))
    chunk, f = parse(data)
    assert chunk == "@case.lua" and broken_rule(f) == ""
    assert repr(parse(bytes(dumped(vm, read(vm, data), False)))) == repr((chunk, f))
    bare = bytes(dumped(vm, proto, True))
    assert repr(parse(bytes(dumped(vm, read(vm, bare), True)))) == repr(parse(bare))


@pytest.mark.parametrize("path", MUTATED, ids=lambda path: path.stem)
def test_mutants_of_cases(vm: Any, path: Path) -> None:
    rng = random.Random(path.stem)
    data = bytes(dumped(vm, compiled(vm, source(path)), True))
    accepted = sum(outcome(vm, mutant(data, rng)) for _ in range(200))
    assert accepted < 200


FORMS = {
    "shared in a loop": "for i = 1, 3 do local x = i; f(function() x = x + 1 return x end) end",
    "shared and returned": "local x; local function g() x = 1 end return f(g)",
    "shared, varargs": "local x; local function g() x = 1 end return ...",
    "shared, in a branch": "if f then local x; g = function() x = 1 end return x end return f()",
    "break out of a sharing loop":
        "while f do local x; g = function() x = 1 end if x then break end end",
    "goto back": "do ::a:: local x; g = function() x = 1 end if x then goto a end end",
    "goto out": "do local x; g = function() x = 1 end if x then goto a end end ::a:: f()",
    "continue":
        "for i = 1, 2 do local x; g = function() x = 1 end if x then goto c end f() ::c:: end",
    "repeat": "repeat local x; g = function() x = 1 end until x",
    "iterator shared": "for k, v in f do g = function() k = v; v = k end end",
    "parameters shared": "local function h(a, ...) return function() a = 1 end, ... end",
    "recursion": "local function h(n) return n and h(n - 1) end return h",
    "recursion, assigned": "local function h(n) h = nil return h end return h",
    "nested captures": "local a, b = 1; b = 2 return function() return function() b = a end end",
    "methods": "local o = {} function o.p:m(...) return self:n(...) end o:p()",
    "open lists": "f(g(...)); t = {f(), g(...)}; return f(1, g())",
    "tail call in a loop": "for i = 1, 2 do return f(i, ...) end",
    "logic": "local x = (a and b or c) == nil; return not (x and a < b or c >= 1)",
    "nested loops": "for i = 1, 2 do for k in f do for j = 1, 2 do i = k + j end end end",
    "concatenation": "local s = a .. b .. 1 .. (c .. d); for i = 1, 2 do s = s .. i .. s end",
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(vm: Any, name: str) -> None:
    proto = compiled(vm, FORMS[name])
    assert verify(vm, proto)
    read(vm, bytes(dumped(vm, proto, False)))
