"""Handlers of basic functions: type, select, assert, rawget, tostring, …"""

from __future__ import annotations

from wrought.lang.core.function import handler, noinline
from wrought.lang.core.intrinsics import tail
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.interp.calls import call_frame, funcb
from wrought.lua.vm.interp.fast import return_one
from wrought.lua.vm.interp.returns import return_values
from wrought.lua.vm.interp.step import collection_due
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import TABLE_FINALISERS, cached_metamethod, metamethod
from wrought.lua.vm.objects import Vm, string_value, table_of, table_value
from wrought.lua.vm.table.lookup import get
from wrought.lua.vm.types import TYPE_NAMES, type_number
from wrought.lua.vm.value import NIL, as_int, is_falsy, is_number, is_string, is_table


@handler("type")
def fast_type(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    if n == 0:
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return return_one(vm.cache[TYPE_NAMES + type_number(base[0]) & 31],
                      pc, base, vm, k, n, tag)


@handler("select")
def fast_select(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """select(i, …) with a positive i; the varargs are returned where they are."""
    if n > 0:
        first = base[0]
        if first >= tag and as_int(first) > 0:
            skip = first & 0xFFFF_FFFF
            if skip >= n:
                return tail(return_values)(u64(base), pc, base, vm, k, 0, tag)
            return tail(return_values)(u64(base + skip), pc, base, vm, k, n - skip, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("assert")
def fast_assert(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    if n == 0:
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    if is_falsy(base[0]):
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return tail(return_values)(u64(base), pc, base, vm, k, n, tag)


@handler("rawget")
def fast_rawget(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    if n == 2 and is_table(base[0]):
        return return_one(get(table_of(base[0]), base[1]), pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("getmetatable")
def fast_getmetatable(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                      tag: u64) -> None:
    if n > 0 and is_table(base[0]):
        meta = table_of(base[0]).meta
        if meta is None:
            return return_one(NIL, pc, base, vm, k, n, tag)
        protected = cached_metamethod(vm, meta, Mm.METATABLE)
        return return_one(table_value(meta) if protected == NIL else protected,
                          pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("setmetatable")
def fast_setmetatable(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                      tag: u64) -> None:
    """A table's first metatable: nothing protects it yet."""
    if n == 2 and is_table(base[0]) and is_table(base[1]):
        t = table_of(base[0])
        if t.meta is None and vm.options & TABLE_FINALISERS == 0:
            t.meta = table_of(base[1])
            if u64(t.epoch) == vm.black:
                barrier_back(vm, t)
            return return_one(base[0], pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("tostring")
def fast_tostring(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    if n > 0:
        value = base[0]
        if is_string(value):
            return return_one(value, pc, base, vm, k, n, tag)
        if is_number(value) and vm.metatables[3] is None and not collection_due(vm):
            vm.current.base = base
            return return_one(string_value(number_to_string(vm, value)), pc, base, vm, k, n, tag)
        return tail(tostring_object)(w, pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@noinline
@handler("TOSTRING_OBJECT")
def tostring_object(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                    tag: u64) -> None:
    """A __tostring takes the place of `tostring`, as in LuaJIT, so that it may yield."""
    f = metamethod(vm, base[0], Mm.TOSTRING)
    if f == NIL:
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    vm.current.base = base
    vm.current.top = base + n
    base[-2] = f
    return tail(call_frame)(w, pc, base, vm, k, 1, tag)


@handler("tonumber")
def fast_tonumber(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    if n == 1 and is_number(base[0]):
        return return_one(base[0], pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


HANDLERS = {"type": fast_type, "select": fast_select, "assert": fast_assert,
            "rawget": fast_rawget, "getmetatable": fast_getmetatable,
            "setmetatable": fast_setmetatable, "tostring": fast_tostring,
            "tonumber": fast_tonumber}
