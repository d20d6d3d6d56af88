"""Handlers of string and table functions."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, inline
from wrought.lang.core.intrinsics import addr_of, bitcast, slice_from, tail, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u8, u64
from wrought.lua.vm.interp.calls import funcb
from wrought.lua.vm.interp.fast import return_one
from wrought.lua.vm.interp.returns import return_values
from wrought.lua.vm.interp.step import collection_due
from wrought.lua.vm.objects import Vm, string_of, string_value, table_of
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.length import length
from wrought.lua.vm.value import as_int, is_string, is_table


@inline
@fn
def position(i: i32, size: i64) -> i64:
    """A position of string functions: negative ones count from the end."""
    return i64(i) if i >= 0 else i64(i) + size + 1


@handler("string.byte")
def fast_byte(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """One byte."""
    if n > 0 and n <= 2 and is_string(base[0]):
        bytes = string_of(base[0]).bytes()
        at: u64 = 0
        if n == 2:
            if base[1] < tag:
                return tail(funcb)(w, pc, base, vm, k, n, tag)
            if as_int(base[1]) <= 0:
                return tail(funcb)(w, pc, base, vm, k, n, tag)
            at = (base[1] & 0xFFFF_FFFF) - 1
        if at < len(bytes):
            return return_one(tag | u64(bytes[at]), pc, base, vm, k, n, tag)
        return tail(return_values)(u64(base), pc, base, vm, k, 0, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("string.sub")
def fast_sub(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    if n >= 2 and n <= 3 and is_string(base[0]) and base[1] >= tag and (
            n == 2 or base[2] >= tag):
        s = string_of(base[0])
        size = i64(s.length)
        first = max(position(as_int(base[1]), size), i64(1))
        last = size if n == 2 else min(position(as_int(base[2]), size), size)
        if first == 1 and last == size:
            return return_one(base[0], pc, base, vm, k, n, tag)
        if not collection_due(vm):
            vm.current.base = base
            return return_one(part(vm, base[0], first, last), pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@fn
def part(vm: Ptr[Vm], v: u64, first: i64, last: i64) -> u64:
    """Bytes `first` to `last` of a string, counted from 1, as a string."""
    if first > last:
        return string_value(intern(vm, b""))
    bytes = string_of(v).bytes()
    return string_value(intern(vm, bytes[bitcast(u64, first - 1):bitcast(u64, last)]))


@handler("string.len")
def fast_len(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    if n > 0 and is_string(base[0]):
        return return_one(tag | u64(string_of(base[0]).length), pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("string.char")
def fast_char(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """One character."""
    if n == 1 and base[0] - tag < 256 and not collection_due(vm):
        vm.current.base = base
        byte = trunc(u8, base[0])
        return return_one(string_value(intern(vm, slice_from(addr_of(byte), 1))),
                          pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("table.insert")
def fast_insert(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """Append a value."""
    if n == 2 and is_table(base[0]) and not collection_due(vm):
        vm.current.base = base
        append(vm, base[0], base[1])
        return tail(return_values)(u64(base), pc, base, vm, k, 0, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@fn
def append(vm: Ptr[Vm], v: u64, value: u64) -> None:
    t = table_of(v)
    set_int(vm, t, trunc(i32, length(t)) + 1, value)


HANDLERS = {"string.byte": fast_byte, "string.sub": fast_sub, "string.len": fast_len,
            "string.char": fast_char, "table.insert": fast_insert}
