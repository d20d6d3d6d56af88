"""Interning, joining and comparing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua.vm.table.driver import new_vm, word
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, try_call, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, u8, u64
from wrought.lua.vm import value as v
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.memory import in_use
from wrought.lua.vm.metamethods import MM_NAMES, Mm
from wrought.lua.vm.objects import Buffer, Str, Vm, string_of
from wrought.lua.vm.state import new_state
from wrought.lua.vm.strings import (
    MAX_LENGTH,
    RESERVED,
    close_to_string,
    concat2,
    concat_values,
    intern,
    less,
    less_equal,
    new_uninit_string,
    text,
)
from wrought.rt.escape import TryFrame

VM = new_vm()
LENGTHS = [*range(70), 127, 128, 129, 1000, 5000]


@fn
def fill(vm: Ptr[Vm], first: u64, count: u64) -> u64:
    """Intern numbers as eight bytes each; how many of them are not what they were."""
    bad: u64 = 0
    for n in range(first, first + count):
        if intern_number(vm, n) != intern_number(vm, n):
            bad += 1
    return bad


@unsafe
@fn
def intern_number(vm: Ptr[Vm], n: u64) -> Ptr[Str]:
    """Eight bytes as a string."""
    # SAFETY: a u64 has eight bytes.
    number: Array[u8, 8] = zeroed(Array[u8, 8])
    bitcast(Ptr[u64], addr_of(number[0]))[0] = n
    return intern(vm, number[:])


@unsafe
@fn
def byte_behind(s: Ptr[Str]) -> u8:
    # SAFETY: a zero byte follows a string's bytes.
    return s.bytes().ptr[s.length]


@fn
def join_in_buffer(vm: Ptr[Vm], a: Slice[u8], b: Slice[u8]) -> u64:
    buffer = zeroed(Buffer)
    open_buffer(vm, addr_of(buffer))
    put_bytes(addr_of(buffer), a)
    put_bytes(addr_of(buffer), b)
    return close_to_string(addr_of(buffer))


@fn
def join_values(vm: Ptr[Vm], a: u64, b: u64, c: u64) -> Ptr[Str]:
    values: Array[u64, 3] = (a, b, c)
    return concat_values(vm, addr_of(values[0]), 3)


@struct
class Attempt:
    """The making of a string of some length."""

    vm: Ptr[Vm]
    length: u64


@fn
def make(a: Ptr[Attempt]) -> None:
    new_uninit_string(a.vm, a.length)


@fn
def try_make(vm: Ptr[Vm], length: u64) -> i32:
    """0, or the code of the error in `vm.error`."""
    frame = zeroed(TryFrame)
    vm.frame = addr_of(frame)
    a = Attempt(vm, length)
    return try_call(addr_of(frame), make, addr_of(a))


def content(w: int) -> bytes:
    """The bytes of a string value."""
    return bytes(text(w))


@pytest.mark.parametrize("n", LENGTHS)
def test_equal_bytes_are_one_string_and_a_change_anywhere_is_another(n: int):
    data = bytes(i * 7 + 1 & 0xFF for i in range(n))
    w = word(VM, data)
    assert content(w) == data and word(VM, bytes(data)) == w
    assert byte_behind(string_of(w)) == 0
    changes = {0, 1, n // 2, n - 8, n - 2, n - 1} & set(range(n))
    others = {word(VM, data[:i] + bytes([data[i] ^ 1]) + data[i + 1:]) for i in changes}
    others |= {word(VM, data + b"\0"), word(VM, b"\0" + data)}
    assert w not in others and len(others) == len(changes) + (2 if n else 1)


def test_the_table_grows_and_keeps_every_string():
    vm = new_vm()
    before = vm.strings.count
    assert fill(vm, 0, 100_000) == 0 == fill(vm, 50_000, 50_000)
    assert vm.strings.count == before + 100_000
    assert vm.strings.mask + 1 == 1 << 17


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_ways_to_make_a_string_agree(a: bytes, b: bytes):
    w = word(VM, a + b)
    assert v.TAG_STRING | int(concat2(VM, a, b).address) == w
    assert join_in_buffer(VM, a, b) == w
    joined = join_values(VM, word(VM, a), word(VM, b), word(VM, b"!"))
    assert v.TAG_STRING | int(joined.address) == word(VM, a + b + b"!")


def test_a_joined_string_that_exists_costs_no_memory():
    word(VM, b"here already")
    concat2(VM, b"here ", b"already")
    before = in_use(VM)
    for _ in range(50):
        concat2(VM, b"here ", b"already")
    assert in_use(VM) == before


@given(st.binary(max_size=20), st.binary(max_size=20), st.binary(max_size=20))
def test_order_is_that_of_bytes(head: bytes, a: bytes, b: bytes):
    x, y = head + a, head + b
    s, t = intern(VM, x), intern(VM, y)
    assert (less(s, t), less_equal(s, t), less(t, s)) == (x < y, x <= y, y < x)


def test_reserved_words_and_metamethods_are_known():
    assert [intern(VM, name).reserved for name in RESERVED] == list(range(1, 23))
    assert [intern(VM, name).metamethod for name in MM_NAMES] == list(range(1, 24))
    assert intern(VM, b"name").reserved == 0 == intern(VM, b"name").metamethod
    assert [content(w) for w in list(VM.mm_names)[:23]] == list(MM_NAMES)
    assert MM_NAMES[int(Mm.NAME)] == b"__name" and MM_NAMES[int(Mm.CONCAT)] == b"__concat"


@pytest.mark.parametrize("length", [MAX_LENGTH, 1 << 31, 1 << 32, 1 << 63])
def test_strings_of_two_gigabytes_are_refused(length: int):
    vm = new_state(1, 2)
    assert try_make(vm, length) == 2
    assert content(vm.error) == b"string length overflow"
