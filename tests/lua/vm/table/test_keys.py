"""Which keys are the same, which are refused, where they are kept."""

from __future__ import annotations

import math

import pytest

from lua.vm.table.driver import GET, SET, SLOT, new_vm, number, pairs, run, step, try_set, word
from wrought.lua.vm import value as v
from wrought.lua.vm.objects import string_of, string_value
from wrought.lua.vm.state import new_state
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.table.create import duplicate, new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.iterate import next_entry

VM = new_vm()
DOUBLE_ONE = 0x3FF0_0000_0000_0000
MINUS_ZERO = 1 << 63


def filled(asize: int, hbits: int, keys: list[object]) -> object:
    """A table in which each key has its place in the list as its value."""
    t = new_table(VM, asize, hbits)
    run(VM, t, [(SET, word(VM, k), word(VM, i)) for i, k in enumerate(keys)])
    return t


@pytest.mark.parametrize("asize", [0, 8])
@pytest.mark.parametrize(("one", "other"), [
    (word(VM, 1), DOUBLE_ONE), (word(VM, 0), MINUS_ZERO),
    (word(VM, -(1 << 31)), 0xC1E0_0000_0000_0000)])
def test_a_number_is_one_key_however_it_is_held(asize: int, one: int, other: int):
    t = new_table(VM, asize, 0)
    step(VM, t, SET, other, word(VM, 7))
    assert step(VM, t, GET, one, 0) == word(VM, 7) == step(VM, t, GET, other, 0)
    step(VM, t, SET, one, word(VM, 8))
    assert pairs(t) == [(one, word(VM, 8))]
    assert next_entry(t, other) == (True, v.NIL, v.NIL)


def test_large_and_fractional_numbers_are_keys_of_their_own():
    keys = [2.0 ** 31, 2.0 ** 32 + 1, -(2.0 ** 31) - 1, 0.5, 1e300, math.inf, -math.inf, 5e-324]
    t = filled(4, 2, keys)
    assert [number(key) for key, _ in sorted(pairs(t), key=lambda pair: pair[1])] == keys
    assert step(VM, t, GET, word(VM, 1), 0) == v.NIL


@pytest.mark.parametrize(("key", "message"), [
    (v.NIL, b"table index is nil"), (v.CANONICAL_NAN, b"table index is NaN"),
    (0xFFF8 << 48, b"table index is NaN")])
def test_nil_and_nan_are_refused_and_read_as_nil(key: int, message: bytes):
    vm = new_state(1, 2)
    t = new_table(vm, 2, 2)
    for value in (word(VM, 1), v.NIL):
        assert try_set(vm, t, key, value) == 2
        assert bytes(text(vm.error)) == message
    assert step(vm, t, GET, key, 0) == v.NIL
    assert pairs(t) == []


def test_every_kind_of_value_is_a_key():
    t = new_table(VM, 0, 0)
    keys = [v.TRUE, v.FALSE, v.TAG_TABLE | 0x7F00_1230, v.TAG_FUNCTION | 0x7F00_1230,
            v.TAG_OBJECT | 0x7F00_1230, v.TAG_LIGHT | 0xFFFF_FFFF_FFFF, v.TAG_LIGHT,
            word(VM, b""), word(VM, b"\0"), word(VM, 0), word(VM, 0.5)]
    run(VM, t, [(SET, key, word(VM, i)) for i, key in enumerate(keys)])
    assert [step(VM, t, GET, key, 0) for key in keys] == [word(VM, i) for i in range(len(keys))]


def test_next_refuses_a_key_that_was_never_there():
    t = filled(0, 0, [b"a", 5, 0.5])
    for key in (word(VM, b"b"), word(VM, 6), word(VM, 2.5), v.TRUE):
        assert next_entry(t, key)[0] is False


def test_nil_for_a_key_that_is_absent_takes_no_place():
    t = new_table(VM, 0, 0)
    run(VM, t, [(SET, word(VM, n), v.NIL) for n in range(100)])
    run(VM, t, [(SET, word(VM, b"%d" % n), v.NIL) for n in range(100)])
    assert (t.asize, t.hmask) == (0, 0)


def test_a_slot_is_where_the_value_is():
    t = filled(3, 0, [1, b"x"])
    for key in (word(VM, 2), word(VM, b"x"), word(VM, b"new"), word(VM, -4)):
        step(VM, t, SLOT, key, word(VM, 99))
        assert step(VM, t, GET, key, 0) == word(VM, 99)


def test_a_metamethods_name_ends_what_is_known_of_its_absence():
    """A new table lacks all; any name of a metamethod ends that, other names don't."""
    t = new_table(VM, 0, 0)
    assert t.nomm == 0xFF
    set_str(VM, t, intern(VM, b"name"), v.TRUE)
    assert t.nomm == 0xFF
    assert duplicate(VM, t).nomm == 0xFF
    for name in (b"__index", b"__call", b"__add"):
        s = intern(VM, name)
        assert string_of(string_value(s)).metamethod != 0
        for by_name in (True, False):
            t = new_table(VM, 0, 0)
            if by_name:
                set_str(VM, t, s, v.TRUE)
            else:
                step(VM, t, SET, string_value(s), v.TRUE)
            assert t.nomm == 0
