"""Calling a metamethod from a bytecode: a frame above the function's registers, whose
continuation does with the result what the bytecode would have done."""

from __future__ import annotations

from wrought.lang.core.function import handler
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import OP, a_of, d_of, jump_of
from wrought.lua.vm.frame import CONT, CONT_HEAD
from wrought.lua.vm.interp.calls import call_frame
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import Vm, function_of
from wrought.lua.vm.value import NIL, is_falsy


@handler("META_CALL")
def meta_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """Call with n arguments and continue with opcode w.

    The function and the arguments are in `vm.spare[0]` and from `vm.spare[1]` on.
    """
    size = d_of(function_of(base[-2]).code[0])
    top = base + size
    top[0] = w
    top[1] = u64(pc)
    top[2] = vm.spare[0]
    top[3] = (size + CONT_HEAD) << 3 | CONT
    i: u64 = 0
    while i < n:
        top[CONT_HEAD + i] = vm.spare[(i + 1) % 16]
        i += 1
    return tail(call_frame)(w, pc, top + CONT_HEAD, vm, k, n, tag)


@handler("CONT_STORE")
def cont_store(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    below = base - (base[-1] >> 3)
    back = bitcast(Ptr[u64], base[-3])
    below[a_of(back[-1])] = bitcast(Ptr[u64], w)[0] if n > 0 else NIL
    return next_ins(w, back, below, vm, function_of(below[-2]).k, n, tag)


@handler("CONT_DROP")
def cont_drop(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    below = base - (base[-1] >> 3)
    return next_ins(w, bitcast(Ptr[u64], base[-3]), below, vm, function_of(below[-2]).k, n, tag)


@handler("CONT_TRUE")
def cont_true(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    below = base - (base[-1] >> 3)
    back = bitcast(Ptr[u64], base[-3])
    value = bitcast(Ptr[u64], w)[0] if n > 0 else NIL
    if not is_falsy(value):
        back = back + jump_of(back[-1])
    return next_ins(w, back, below, vm, function_of(below[-2]).k, n, tag)


@handler("CONT_FALSE")
def cont_false(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    below = base - (base[-1] >> 3)
    back = bitcast(Ptr[u64], base[-3])
    value = bitcast(Ptr[u64], w)[0] if n > 0 else NIL
    if is_falsy(value):
        back = back + jump_of(back[-1])
    return next_ins(w, back, below, vm, function_of(below[-2]).k, n, tag)


HANDLERS = {"CONT_STORE": cont_store, "CONT_DROP": cont_drop, "CONT_TRUE": cont_true,
            "CONT_FALSE": cont_false}
assert set(HANDLERS) <= set(vars(OP))
