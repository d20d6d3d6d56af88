"""The operators + - * / % ^: each in four forms, made by ordinary Python loops.

The fast path takes two int32s or two doubles; a second handler takes mixed numbers; everything
else, results that an int32 can't hold included, is left to `slow.arith_slow`.
"""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, extern, fn, handler, inline, unsafe
from wrought.lang.core.intrinsics import add_ovf, bitcast, floor, mul_ovf, rem_trunc, sub_ovf, tail
from wrought.lang.core.scalars import Ptr, f64, i32, u32, u64
from wrought.lua.vm.bytecode import ARITHMETIC, a_of, b_of, c_of, cs_of
from wrought.lua.vm.interp.slow import arith_slow
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import as_double, as_int, double_value, is_double


@extern
def pow(x: f64, y: f64) -> f64: ...


@inline
@fn
def int_mul(x: i32, y: i32) -> tuple[i32, bool]:
    """A product, and whether an int32 can't hold it: minus zero is not an int32 either."""
    result, wrapped = mul_ovf(x, y)
    return result, wrapped or (result == 0 and (x | y) < 0)


@inline
@fn
def int_mod(x: i32, y: i32) -> tuple[i32, bool]:
    """The remainder with the divisor's sign, for positive divisors."""
    if y <= 0:
        return 0, True
    result = rem_trunc(x, y)
    return result + y if result < 0 else result, False


@inline
@fn
def float_add(x: f64, y: f64) -> f64:
    return x + y


@inline
@fn
def float_sub(x: f64, y: f64) -> f64:
    return x - y


@inline
@fn
def float_mul(x: f64, y: f64) -> f64:
    return x * y


@inline
@fn
def float_div(x: f64, y: f64) -> f64:
    return x / y


@inline
@fn
def float_mod(x: f64, y: f64) -> f64:
    """As the manual defines it (5.1, 2.5.1): a - floor(a/b)*b."""
    return x - floor(x / y) * y


@fn
def float_pow(x: f64, y: f64) -> f64:
    return x * x if y == 2.0 else pow(x, y)


ON_INTS: dict[str, Any] = {"ADD": add_ovf, "SUB": sub_ovf, "MUL": int_mul, "MOD": int_mod}
"""DIV and POW have doubles as results."""

ON_DOUBLES = {"ADD": float_add, "SUB": float_sub, "MUL": float_mul, "DIV": float_div,
              "MOD": float_mod, "POW": float_pow}


@inline
@unsafe
@fn
def rr(w: u64, base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], base[c_of(w)]


@inline
@unsafe
@fn
def rk(w: u64, base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], k[c_of(w)]


@inline
@unsafe
@fn
def kr(w: u64, base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return k[b_of(w)], base[c_of(w)]


@inline
@unsafe
@fn
def ri(w: u64, base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], tag | u64(bitcast(u32, cs_of(w)))


FORMS = {"RR": rr, "RK": rk, "KR": kr, "RI": ri}
"""How each form finds its operands."""


def mixed_handler(name: str, form: str) -> Compiled:
    """Numbers of different representation, and what ints have no fast path for."""
    operands, on_doubles = FORMS[form], ON_DOUBLES[name]
    ints_too = name not in ON_INTS

    @handler(f"{name}_{form}_MIXED")
    def mixed(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
        x, y = operands(w, base, k, tag)
        if x >= tag and is_double(y):
            base[a_of(w)] = double_value(on_doubles(f64(as_int(x)), as_double(y)))
            return next_ins(w, pc, base, vm, k, n, tag)
        if y >= tag and is_double(x):
            base[a_of(w)] = double_value(on_doubles(as_double(x), f64(as_int(y))))
            return next_ins(w, pc, base, vm, k, n, tag)
        if ints_too:
            if x & y >= tag:
                base[a_of(w)] = double_value(on_doubles(f64(as_int(x)), f64(as_int(y))))
                return next_ins(w, pc, base, vm, k, n, tag)
        return tail(arith_slow)(w, pc, base, vm, k, n, tag)
    return mixed


def arith_handler(name: str, form: str) -> Compiled:
    """A = B op C."""
    operands, on_doubles = FORMS[form], ON_DOUBLES[name]
    mixed = mixed_handler(name, form)
    if form == "RI":
        return with_immediate(name, mixed)
    if name not in ON_INTS:
        return doubles_only(name, form, mixed)
    on_ints = ON_INTS[name]

    @handler(f"{name}_{form}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x, y = operands(w, base, k, tag)
        if x & y >= tag:
            result, wrapped = on_ints(as_int(x), as_int(y))
            if wrapped:
                return tail(arith_slow)(w, pc, base, vm, k, n, tag)
            base[a_of(w)] = tag | u64(bitcast(u32, result))
            return next_ins(w, pc, base, vm, k, n, tag)
        if is_double(x) and is_double(y):
            base[a_of(w)] = double_value(on_doubles(as_double(x), as_double(y)))
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(mixed)(w, pc, base, vm, k, n, tag)
    return op


def doubles_only(name: str, form: str, mixed: Compiled) -> Compiled:
    """DIV and POW."""
    operands, on_doubles = FORMS[form], ON_DOUBLES[name]

    @handler(f"{name}_{form}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x, y = operands(w, base, k, tag)
        if is_double(x) and is_double(y):
            base[a_of(w)] = double_value(on_doubles(as_double(x), as_double(y)))
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(mixed)(w, pc, base, vm, k, n, tag)
    return op


def with_immediate(name: str, mixed: Compiled) -> Compiled:
    """The second operand is in the instruction: an int32, or its double where the first is one."""
    on_doubles = ON_DOUBLES[name]
    has_ints = name in ON_INTS
    on_ints = ON_INTS.get(name, add_ovf)

    @handler(f"{name}_RI")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[b_of(w)]
        if has_ints:
            if x >= tag:
                result, wrapped = on_ints(as_int(x), cs_of(w))
                if wrapped:
                    return tail(arith_slow)(w, pc, base, vm, k, n, tag)
                base[a_of(w)] = tag | u64(bitcast(u32, result))
                return next_ins(w, pc, base, vm, k, n, tag)
        if is_double(x):
            base[a_of(w)] = double_value(on_doubles(as_double(x), f64(cs_of(w))))
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(mixed)(w, pc, base, vm, k, n, tag)
    return op


HANDLERS = {f"{name}_{form}": arith_handler(name, form)
            for name in ARITHMETIC for form in FORMS}
