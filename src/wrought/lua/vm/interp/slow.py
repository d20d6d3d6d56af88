"""What arithmetic does with anything but two numbers of one kind."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, floor, tail, trunc
from wrought.lang.core.scalars import Ptr, f64, i32, i64, u8, u32, u64
from wrought.lua.lib.math.libm import pow
from wrought.lua.vm.bytecode import NUMBER, OP, a_of, b_of, c_of, cs_of
from wrought.lua.vm.convert import to_number
from wrought.lua.vm.debug.messages import arith_error
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import (
    NIL,
    as_int,
    double_value,
    int_value,
    is_int,
    is_number,
    normal_number,
    number_of,
)

FIRST = NUMBER["ADD_RR"]


@fn
def compute(which: u64, x: f64, y: f64) -> f64:
    """+ - * / % ^ by number."""
    match which:
        case 0:
            return x + y
        case 1:
            return x - y
        case 2:
            return x * y
        case 3:
            return x / y
        case 4:
            return x - floor(x / y) * y
        case _:
            return pow(x, y)


@fn
def arith_numbers(which: u64, x: u64, y: u64) -> u64:
    """The result for two numbers, as an int32 where both are and it fits."""
    result = compute(which, number_of(x), number_of(y))
    if is_int(x) and is_int(y) and which != 3 and which != 5:
        return normal_number(result)
    return double_value(result)


@unsafe
@fn
def operands_of(w: u64, base: Ptr[u64], k: Ptr[u64]) -> tuple[u64, u64]:
    """Both operands of an arithmetic instruction of any form."""
    # SAFETY: operands are inside the frame and the constants.
    match (w & 0xFF) - FIRST & 3:
        case 0:
            return base[b_of(w)], base[c_of(w)]
        case 1:
            return base[b_of(w)], k[c_of(w)]
        case 2:
            return k[b_of(w)], base[c_of(w)]
        case _:
            return base[b_of(w)], int_value(cs_of(w))


@fn
def binary_metamethod(vm: Ptr[Vm], mm: Mm, x: u64, y: u64) -> u64:
    """The left operand's metamethod, else the right one's, else NIL."""
    f = metamethod(vm, x, mm)
    return f if f != NIL else metamethod(vm, y, mm)


@noinline
@handler("ARITH_SLOW")
def arith_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Any two operands: overflow, strings that look like numbers, metamethods, errors."""
    x, y = operands_of(w, base, k)
    which = (w & 0xFF) - FIRST >> 2
    if is_number(x) and is_number(y):
        base[a_of(w)] = arith_numbers(which, x, y)
        return next_ins(w, pc, base, vm, k, n, tag)
    return tail(arith_objects)(w, pc, base, vm, k, n, tag)


@cold
@noinline
@handler("ARITH_OBJECTS")
def arith_objects(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    save(vm, base, pc)
    x, y = operands_of(w, base, k)
    which = (w & 0xFF) - FIRST >> 2
    left, left_ok = to_number(x)
    right, right_ok = to_number(y)
    if left_ok and right_ok:
        base[a_of(w)] = arith_numbers(which, left, right)
        return next_ins(w, pc, base, vm, k, n, tag)
    f = binary_metamethod(vm, Mm(u8(Mm.ADD) + trunc(u8, which % 8)), x, y)
    if f == NIL:
        arith_failed(vm, w, x, y, left_ok)
    vm.spare[0] = f
    vm.spare[1] = x
    vm.spare[2] = y
    return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 2, tag)


@cold
@fn
def arith_failed(vm: Ptr[Vm], w: u64, x: u64, y: u64, left_ok: bool) -> None:
    """Blame the operand that is no number, by the register that it was in."""
    form = (w & 0xFF) - FIRST & 3
    if left_ok:
        arith_error(vm, bitcast(i64, c_of(w)) if form == 0 or form == 2 else -1, y)
    arith_error(vm, bitcast(i64, b_of(w)) if form != 2 else -1, x)


@handler("UNM")
def unm(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    x = base[b_of(w)]
    if x >= tag:
        negated = u64(bitcast(u32, i32(0) - as_int(x)))
        if negated != 0 and negated != 0x8000_0000:
            base[a_of(w)] = tag | negated
        else:
            base[a_of(w)] = double_value(-f64(as_int(x)))
        return next_ins(w, pc, base, vm, k, n, tag)
    if is_number(x):
        base[a_of(w)] = double_value(-number_of(x))
        return next_ins(w, pc, base, vm, k, n, tag)
    return tail(unm_slow)(w, pc, base, vm, k, n, tag)


@cold
@noinline
@handler("UNM_SLOW")
def unm_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    save(vm, base, pc)
    x = base[b_of(w)]
    number, ok = to_number(x)
    if ok:
        base[a_of(w)] = normal_number(-number_of(number))
        return next_ins(w, pc, base, vm, k, n, tag)
    f = metamethod(vm, x, Mm.UNM)
    if f == NIL:
        arith_error(vm, bitcast(i64, b_of(w)), x)
    vm.spare[0] = f
    vm.spare[1] = x
    vm.spare[2] = x
    return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 2, tag)
