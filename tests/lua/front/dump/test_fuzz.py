"""Mutated dumps are refused with an error, or are code that keeps the rules."""

from __future__ import annotations

import random

import pytest

from lua.front.dump.assembler import serialise, word
from lua.front.dump.driver import dumped, new_vm, read
from lua.front.dump.parsed import broken_rule, parse
from lua.front.dump.test_dump import mutant, sample
from wrought.lua.vm.bytecode import TABLE


def outcome(vm: object, data: bytes) -> bool:
    """Whether a dump is accepted; if so, it keeps the rules and is stable."""
    try:
        proto = read(vm, data)
    except ValueError as error:
        assert "cannot load malformed bytecode" in str(error)
        return False
    written = bytes(dumped(vm, proto, False))
    parsed = parse(written)
    assert broken_rule(parsed[1]) == ""
    assert repr(parse(bytes(dumped(vm, read(vm, written), False)))) == repr(parsed)
    return True


@pytest.mark.parametrize("strip", [False, True])
def test_mutants(strip: bool) -> None:
    rng = random.Random(5)
    vm = new_vm()
    data = serialise(sample(), strip=strip)
    accepted = sum(outcome(vm, mutant(data, rng)) for _ in range(4000))
    assert 20 < accepted < 3000


def random_word(rng: random.Random) -> int:
    """An instruction with operands that are often in range."""
    while True:
        op = rng.choice(TABLE[4:])
        fields = [f for f in "abcd" if getattr(op, f) != "-"]
        if not op.name.startswith("CONT"):
            return word(op.name, *(rng.choice((0, 1, 2, 3, 4, 5, 6, 7, -1, -2)) for _ in fields))


def test_random_code() -> None:
    rng = random.Random(6)
    vm = new_vm()
    accepted = 0
    for _ in range(6000):
        f = sample()
        for _ in range(rng.choice((1, 1, 2, 3))):
            f.code[rng.randrange(1, len(f.code))] = random_word(rng)
        accepted += outcome(vm, serialise(f))
    assert 100 < accepted < 5000
