"""A state without libraries, and compiled loops that work on its tables."""

from __future__ import annotations

import struct as packing
from itertools import chain
from typing import Any

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    try_call,
    unaligned_load,
    unaligned_store,
    zeroed,
)
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u64
from wrought.lua.vm import value as v
from wrought.lua.vm.gc import control
from wrought.lua.vm.objects import Table, Vm, string_value
from wrought.lua.vm.strings import init_strings, intern
from wrought.lua.vm.table.insert import set, slot_for
from wrought.lua.vm.table.iterate import iterate, next_entry
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get
from wrought.rt.escape import TryFrame

LIMIT = 8192
"""Keys of a table that `pairs` takes."""
GET, SET, LENGTH, NEXT, SLOT = range(5)


def new_vm(seed: int = 0x1234_5678_9ABC_DEF0, seed2: int = 0xFEDC_BA98_7654_3210) -> Any:
    """A state that has memory and strings."""
    vm = Vm()
    control.init(vm)
    init_strings(vm, seed, seed2)
    return vm


def word(vm: Any, x: object) -> int:
    """A Python value as a Lua value: integers as int32s where they fit, floats as doubles."""
    if x is None:
        return v.NIL
    if isinstance(x, bool):
        return v.TRUE if x else v.FALSE
    if isinstance(x, int) and -(1 << 31) <= x < 1 << 31:
        return v.TAG_INT | x & 0xFFFF_FFFF
    if isinstance(x, int | float):
        return int.from_bytes(packing.pack("<d", x), "little")
    assert isinstance(x, bytes)
    return string_value(intern(vm, x))


def number(w: int) -> int | float:
    """The number of a Lua value."""
    if w >= v.TAG_INT:
        n = w & 0xFFFF_FFFF
        return n - (n >> 31 << 32)
    return packing.unpack("<d", w.to_bytes(8, "little"))[0]


@unsafe
@fn
def word_at(memory: Slice[u8], i: u64) -> u64:
    """The ith word."""
    # SAFETY: the slice reaches beyond it.
    return unaligned_load(bitcast(Ptr[u64], memory[8 * i:8 * i + 8].ptr))


@unsafe
@fn
def put_word(memory: Slice[u8], i: u64, x: u64) -> None:
    """Set the ith word."""
    # SAFETY: as in word_at.
    unaligned_store(bitcast(Ptr[u64], memory[8 * i:8 * i + 8].ptr), x)


@unsafe
@fn
def step(vm: Ptr[Vm], t: Ptr[Table], op: u64, key: u64, value: u64) -> u64:
    """One operation."""
    # SAFETY: `slot_for` gives the address of a slot.
    if op == GET:
        return get(t, key)
    if op == SET:
        set(vm, t, key, value)
        return 0
    if op == LENGTH:
        return length(t)
    if op == SLOT:
        slot_for(vm, t, key)[0] = value
        return 0
    ok, following, _ = next_entry(t, key)
    return following if ok else v.INTERNAL


@fn
def run_script(vm: Ptr[Vm], t: Ptr[Table], ops: Slice[u8], results: Slice[u8]) -> None:
    """Operations of three words each: op, key, value."""
    for i in range(len(results) // 8):
        put_word(results, i, step(vm, t, word_at(ops, 3 * i), word_at(ops, 3 * i + 1),
                                  word_at(ops, 3 * i + 2)))


def run(vm: Any, t: Any, ops: list[tuple[int, int, int]]) -> list[int]:
    """Run operations (op, key, value) on a table; their results."""
    results = bytearray(8 * len(ops))
    run_script(vm, t, packing.pack(f"<{3 * len(ops)}Q", *chain(*ops)), results)
    return list(packing.unpack(f"<{len(ops)}Q", results))


@fn
def walk(t: Ptr[Table], out: Slice[u8]) -> u64:
    """All keys and values, by position; their number."""
    n: u64 = 0
    position, key, value = iterate(t, 0)
    while key != v.NIL:
        put_word(out, 2 * n, key)
        put_word(out, 2 * n + 1, value)
        n += 1
        position, key, value = iterate(t, position)
    return n


@fn
def walk_by_key(t: Ptr[Table], out: Slice[u8]) -> u64:
    """The same by `next_entry`."""
    n: u64 = 0
    ok, key, value = next_entry(t, v.NIL)
    while key != v.NIL:
        put_word(out, 2 * n, key)
        put_word(out, 2 * n + 1, value)
        n += 1
        ok, key, value = next_entry(t, key)
    return n if ok else 0


def pairs(t: Any) -> list[tuple[int, int]]:
    """What is in a table, as words in the order of traversal; both ways agree."""
    found = []
    for way in (walk, walk_by_key):
        out = bytearray(16 * LIMIT)
        n = way(t, out)
        words = packing.unpack(f"<{2 * n}Q", out[:16 * n])
        found.append(list(zip(words[::2], words[1::2], strict=True)))
    assert found[0] == found[1]
    return found[0]


@struct
class Attempt:
    """A `set` that may throw."""

    vm: Ptr[Vm]
    t: Ptr[Table]
    key: u64
    value: u64


@fn
def attempt(a: Ptr[Attempt]) -> None:
    set(a.vm, a.t, a.key, a.value)


@fn
def try_set(vm: Ptr[Vm], t: Ptr[Table], key: u64, value: u64) -> i32:
    """`set` under a protected call: 0, or the code of the error in `vm.error`."""
    frame = zeroed(TryFrame)
    vm.frame = addr_of(frame)
    a = Attempt(vm, t, key, value)
    return try_call(addr_of(frame), attempt, addr_of(a))
