"""Returns, to Lua callers and to continuations."""

from __future__ import annotations

from wrought.lang.core.function import handler, inline, noinline
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import a_of, b_of, c_here
from wrought.lua.vm.frame import HEAD, LUA, VARARG
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import Vm, function_of
from wrought.lua.vm.value import NIL


@inline
@handler
def back_to_lua(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """The results are in place: w is the call instruction, pc behind it, base the callee's."""
    caller = base - (a_of(w) + HEAD)
    return next_ins(w, pc, caller, vm, function_of(caller[-2]).k, n, tag)


@handler("RET1")
def ret1(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    link = base[-1]
    value = base[a_of(w)]
    if link & 7 == LUA:
        back = bitcast(Ptr[u64], link)
        site = back[-1]
        if c_here(site, back) <= 2:
            base[-2] = value
            return back_to_lua(site, back, base, vm, k, 1, tag)
    return tail(return_values)(u64(base + a_of(w)), pc, base, vm, k, 1, tag)


@handler("RET0")
def ret0(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    link = base[-1]
    if link & 7 == LUA:
        back = bitcast(Ptr[u64], link)
        site = back[-1]
        if c_here(site, back) <= 2:
            base[-2] = NIL
            return back_to_lua(site, back, base, vm, k, 0, tag)
    return tail(return_values)(u64(base), pc, base, vm, k, 0, tag)


@handler("RET")
def ret(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    return tail(return_values)(u64(base + a_of(w)), pc, base, vm, k, b_of(w), tag)


@handler("RETM")
def retm(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    return tail(return_values)(u64(base + a_of(w)), pc, base, vm, k, b_of(w) + n, tag)


@noinline
@handler("RETURN_VALUES")
def return_values(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    """Leave the frame with the n values from address w on, whatever lies below it."""
    link = base[-1]
    if link & 7 != LUA:
        return tail(return_special)(w, pc, base, vm, k, n, tag)
    back = bitcast(Ptr[u64], link)
    site = back[-1]
    source = bitcast(Ptr[u64], w)
    to = base - HEAD
    i: u64 = 0
    while i < n:
        to[i] = source[i]
        i += 1
    wanted = c_here(site, back)
    if wanted != 0:
        while i + 1 < wanted:
            to[i] = NIL
            i += 1
    return back_to_lua(site, back, base, vm, k, n, tag)


@handler("RETURN_SPECIAL")
def return_special(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                   tag: u64) -> None:
    """Out of a vararg frame, or to a continuation."""
    link = base[-1]
    if link & 7 == VARARG:
        return tail(return_values)(w, pc, base - (link >> 3), vm, k, n, tag)
    return vm.handlers[base[-4] & 0xFF](w, pc, base, vm, k, n, tag)
