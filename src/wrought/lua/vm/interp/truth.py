"""Tests for truth: conditional jumps on one value, and the operator not."""

from __future__ import annotations

from wrought.lang.core.function import handler
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import a_of, b_of, jump_of
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import FALSE, TRUE, is_falsy


@handler("JT")
def jt(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
       tag: u64) -> None:
    if is_falsy(base[a_of(w)]):
        return next_ins(w, pc, base, vm, k, n, tag)
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)


@handler("JF")
def jf(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
       tag: u64) -> None:
    if is_falsy(base[a_of(w)]):
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("JTC")
def jtc(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    x = base[b_of(w)]
    if is_falsy(x):
        return next_ins(w, pc, base, vm, k, n, tag)
    base[a_of(w)] = x
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)


@handler("JFC")
def jfc(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    x = base[b_of(w)]
    if is_falsy(x):
        base[a_of(w)] = x
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("NOT")
def lua_not(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
            tag: u64) -> None:
    base[a_of(w)] = TRUE if is_falsy(base[b_of(w)]) else FALSE
    return next_ins(w, pc, base, vm, k, n, tag)


HANDLERS = {"JT": jt, "JF": jf, "JTC": jtc, "JFC": jfc, "NOT": lua_not}
