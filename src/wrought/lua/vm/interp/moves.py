"""Moves, constants, upvalues."""

from __future__ import annotations

from wrought.lang.core.function import handler
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.bytecode import a_of, b_of, d_of, jump_of
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import CLOSURE_SIZE, Header, UpValue, Vm, function_of
from wrought.lua.vm.upvalues import close_upvalues
from wrought.lua.vm.value import NIL


@handler("MOVE")
def move(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    base[a_of(w)] = base[b_of(w)]
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("KINT")
def kint(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    base[a_of(w)] = tag | d_of(w)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("KNUM")
def kconst(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
    """KNUM and KSTR."""
    base[a_of(w)] = k[d_of(w)]
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("KPRI")
def kpri(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    base[a_of(w)] = NIL + b_of(w)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("KNIL")
def knil(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    i = a_of(w)
    last = b_of(w)
    while i <= last:
        base[i] = NIL
        i += 1
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("UVAL")
def uval(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    f = function_of(base[-2])
    words = bitcast(Ptr[u64], u64(f) + CLOSURE_SIZE)
    base[a_of(w)] = words[b_of(w)]
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("UGET")
def uget(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    f = function_of(base[-2])
    words = bitcast(Ptr[u64], u64(f) + CLOSURE_SIZE)
    variable = bitcast(Ptr[UpValue], words[b_of(w)])
    base[a_of(w)] = variable.v[0]
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("USET")
def uset(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    f = function_of(base[-2])
    words = bitcast(Ptr[u64], u64(f) + CLOSURE_SIZE)
    variable = bitcast(Ptr[UpValue], words[a_of(w)])
    value = base[b_of(w)]
    variable.v[0] = value
    barrier(vm, bitcast(Ptr[Header], u64(variable)), value)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("UCLO")
def uclo(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    first = vm.current.open
    if first is not None:
        if u64(first.v) >= u64(base + a_of(w)):
            close_upvalues(vm, base + a_of(w))
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
