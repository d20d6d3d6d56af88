"""Bytecodes that make objects, and the length operator.

They are safe points: the collector may run before the object is made.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, tail, trunc
from wrought.lang.core.scalars import Ptr, i64, u32, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_of, d_of
from wrought.lua.vm.debug.messages import length_error
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import collection_due, next_ins, save
from wrought.lua.vm.memory import safe_point
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.new import new_closure
from wrought.lua.vm.objects import (
    CLOSURE_SIZE,
    Vm,
    function_of,
    function_value,
    proto_of,
    string_of,
    table_of,
    table_value,
)
from wrought.lua.vm.table.create import duplicate, new_table
from wrought.lua.vm.table.length import length
from wrought.lua.vm.upvalues import find_upvalue
from wrought.lua.vm.value import NIL, is_string, is_table


@unsafe
@fn
def lua_safe_point(vm: Ptr[Vm], base: Ptr[u64], pc: Ptr[u64]) -> Ptr[u64]:
    """The safe point of a Lua function's bytecode: the frame is saved, all its registers are alive.

    Returns where the frame is then: a finaliser may have let the stack grow.
    """
    # SAFETY: base is a Lua function's frame.
    save(vm, base, pc)
    if collection_due(vm):
        vm.current.top = base + d_of(function_of(base[-2]).code[0])
        safe_point(vm)
    return vm.current.base


@handler("TNEW")
def tnew(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    if collection_due(vm):
        return tail(collect_first)(w, pc, base, vm, k, n, tag)
    save(vm, base, pc)
    base[a_of(w)] = table_value(
        new_table(vm, trunc(u32, c_of(w)), trunc(u32, b_of(w))))
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TDUP")
def tdup(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    if collection_due(vm):
        return tail(collect_first)(w, pc, base, vm, k, n, tag)
    save(vm, base, pc)
    base[a_of(w)] = table_value(duplicate(vm, table_of(k[d_of(w)])))
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("COLLECT_FIRST")
def collect_first(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    """The collector is due: let it work, then do what the bytecode is for."""
    base = lua_safe_point(vm, base, pc)
    op = w & 0xFF
    if op == OP.TNEW:
        base[a_of(w)] = table_value(
            new_table(vm, trunc(u32, c_of(w)), trunc(u32, b_of(w))))
    elif op == OP.TDUP:
        base[a_of(w)] = table_value(duplicate(vm, table_of(k[d_of(w)])))
    else:
        base[a_of(w)] = make_closure(vm, base, k[d_of(w)], a_of(w))
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("FNEW")
def fnew(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    if collection_due(vm):
        return tail(collect_first)(w, pc, base, vm, k, n, tag)
    save(vm, base, pc)
    base[a_of(w)] = make_closure(vm, base, k[d_of(w)], a_of(w))
    return next_ins(w, pc, base, vm, k, n, tag)


@unsafe
@fn
def make_closure(vm: Ptr[Vm], base: Ptr[u64], constant: u64, register: u64) -> u64:
    """The closure of a prototype in the frame at `base`; `register` will hold it."""
    # SAFETY: captures name registers of the frame and upvalues of its function.
    outer = function_of(base[-2])
    outer_words = bitcast(Ptr[u64], u64(outer) + CLOSURE_SIZE)
    p = proto_of(constant)
    made = new_closure(vm, p, outer.env)
    words = bitcast(Ptr[u64], u64(made) + CLOSURE_SIZE)
    captures = p.captures
    if captures is None:
        return function_value(made)
    i: u64 = 0
    while i < u64(p.nup):
        capture = captures + i
        if not capture.is_local:
            words[i] = outer_words[capture.index]
        elif capture.is_self:
            words[i] = function_value(made)
        elif capture.by_value:
            words[i] = base[capture.index]
        else:
            words[i] = u64(find_upvalue(vm, base + capture.index))
        i += 1
    return function_value(made)


@handler("LEN")
def lua_len(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
            tag: u64) -> None:
    value = base[b_of(w)]
    if is_table(value):
        t = table_of(value)
        border = u64(t.border)
        if border + 1 < t.asize:
            # The place where the border was last, or one further.
            if t.array[border + 1] == NIL and (border == 0 or t.array[border] != NIL):
                base[a_of(w)] = tag | border
                return next_ins(w, pc, base, vm, k, n, tag)
        return tail(len_table)(w, pc, base, vm, k, n, tag)
    return tail(len_slow)(w, pc, base, vm, k, n, tag)


@noinline
@handler("LEN_TABLE")
def len_table(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    base[a_of(w)] = tag | u64(length(table_of(base[b_of(w)])))
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("LEN_SLOW")
def len_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    value = base[b_of(w)]
    if is_string(value):
        base[a_of(w)] = tag | u64(string_of(value).length)
        return next_ins(w, pc, base, vm, k, n, tag)
    save(vm, base, pc)
    f = metamethod(vm, value, Mm.LEN)
    if f == NIL:
        length_error(vm, bitcast(i64, b_of(w)), value)
    vm.spare[0] = f
    vm.spare[1] = value
    return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 1, tag)


HANDLERS = {"TNEW": tnew, "TDUP": tdup, "FNEW": fnew, "LEN": lua_len}
