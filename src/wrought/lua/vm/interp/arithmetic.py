"""The operators + - * / % ^: each in four forms, made by ordinary Python loops.

The handlers take two int32s, or numbers of which one is a double; everything else, results that an
int32 can't hold included, is left to `slow.arith_slow`.
"""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, fn, handler, inline, noinline, unsafe
from wrought.lang.core.intrinsics import (
    add_ovf,
    bitcast,
    floor,
    mul_ovf,
    rem_trunc,
    sub_ovf,
    tail,
    volatile_load,
)
from wrought.lang.core.scalars import Ptr, f64, i32, u32, u64
from wrought.lua.lib.math.libm import pow
from wrought.lua.vm.bytecode import ARITHMETIC, a_of, b_of, c_here, cs_here
from wrought.lua.vm.interp.slow import arith_slow
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import as_double, as_int, double_value, is_number


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
def rr(w: u64, pc: Ptr[u64], base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], base[c_here(w, pc)]


@inline
@unsafe
@fn
def rk(w: u64, pc: Ptr[u64], base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], k[c_here(w, pc)]


@inline
@unsafe
@fn
def kr(w: u64, pc: Ptr[u64], base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return k[b_of(w)], base[c_here(w, pc)]


@inline
@unsafe
@fn
def ri(w: u64, pc: Ptr[u64], base: Ptr[u64], k: Ptr[u64], tag: u64) -> tuple[u64, u64]:
    # SAFETY: operands are inside the frame and the constants, as the verifier saw.
    return base[b_of(w)], tag | u64(bitcast(u32, cs_here(w, pc)))


@inline
@unsafe
@fn
def load_double(p: Ptr[u64], i: u64) -> f64:
    """A word as a double, straight into a floating-point register.

    It was loaded as a word before, to look at its tag; to move that across would lengthen the
    chain from operation to operation, which goes through the frame.
    """
    # SAFETY: as in rr.
    return volatile_load(bitcast(Ptr[f64], p + i))


@inline
@fn
def rr_doubles(w: u64, pc: Ptr[u64], base: Ptr[u64],
               k: Ptr[u64]) -> tuple[f64, f64]:
    return load_double(base, b_of(w)), load_double(base, c_here(w, pc))


@inline
@fn
def rk_doubles(w: u64, pc: Ptr[u64], base: Ptr[u64],
               k: Ptr[u64]) -> tuple[f64, f64]:
    return load_double(base, b_of(w)), load_double(k, c_here(w, pc))


@inline
@fn
def kr_doubles(w: u64, pc: Ptr[u64], base: Ptr[u64],
               k: Ptr[u64]) -> tuple[f64, f64]:
    return load_double(k, b_of(w)), load_double(base, c_here(w, pc))


DOUBLES = {"RR": rr_doubles, "RK": rk_doubles, "KR": kr_doubles}
FORMS = {"RR": rr, "RK": rk, "KR": kr, "RI": ri}
"""How each form finds its operands."""


@inline
@fn
def as_float(v: u64, tag: u64) -> f64:
    """A number as a double; anything else as one of the NaNs."""
    if v >= tag:
        return f64(as_int(v))
    return as_double(v)


def mixed_handler(name: str, form: str) -> Compiled:
    """An int and a double, or two ints whose result no int32 holds."""
    operands, on_doubles = FORMS[form], ON_DOUBLES[name]

    @noinline
    @handler(f"{name}_{form}_MIXED")
    def mixed(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
        x, y = operands(w, pc, base, k, tag)
        number = on_doubles(as_float(x, tag), as_float(y, tag))
        if number == number:
            base[a_of(w)] = double_value(number)
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(arith_slow)(w, pc, base, vm, k, n, tag)
    return mixed


def arith_handler(name: str, form: str) -> Compiled:
    """A = B op C.

    Only ints are told by their tags.  Whatever is no double reads as a NaN, and so does the result
    then; it is looked at again, as is a NaN that doubles have given.
    """
    if name == "POW":
        return power(form)
    if form == "RI":
        return with_immediate(name)
    if form != "RR":
        return with_constant(name, form)
    operands, on_doubles, doubles = FORMS[form], ON_DOUBLES[name], DOUBLES[form]
    mixed = mixed_handler(name, form)
    has_ints = name in ON_INTS
    on_ints = ON_INTS.get(name, add_ovf)

    @handler(f"{name}_{form}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x, y = operands(w, pc, base, k, tag)
        if has_ints:
            if x & y >= tag:
                result, wrapped = on_ints(as_int(x), as_int(y))
                if wrapped:
                    return tail(mixed)(w, pc, base, vm, k, n, tag)
                base[a_of(w)] = tag | u64(bitcast(u32, result))
                return next_ins(w, pc, base, vm, k, n, tag)
        left, right = doubles(w, pc, base, k)
        number = on_doubles(left, right)
        if number == number:
            base[a_of(w)] = double_value(number)
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(mixed)(w, pc, base, vm, k, n, tag)
    return op


def with_constant(name: str, form: str) -> Compiled:
    """One operand is a constant, which is a number."""
    operands, on_doubles = FORMS[form], ON_DOUBLES[name]
    mixed = mixed_handler(name, form)
    constant_first = form == "KR"
    has_ints = name in ON_INTS
    on_ints = ON_INTS.get(name, add_ovf)

    @handler(f"{name}_{form}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x, y = operands(w, pc, base, k, tag)
        if has_ints:
            if x & y >= tag:
                result, wrapped = on_ints(as_int(x), as_int(y))
                if wrapped:
                    return tail(mixed)(w, pc, base, vm, k, n, tag)
                base[a_of(w)] = tag | u64(bitcast(u32, result))
                return next_ins(w, pc, base, vm, k, n, tag)
        left: f64 = 0.0
        right: f64 = 0.0
        if constant_first:
            left = as_float(x, tag)
            right = load_double(base, c_here(w, pc))
        else:
            left = load_double(base, b_of(w))
            right = as_float(y, tag)
        number = on_doubles(left, right)
        if number == number:
            base[a_of(w)] = double_value(number)
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(mixed)(w, pc, base, vm, k, n, tag)
    return op


def power(form: str) -> Compiled:
    """POW: pow(1, NaN) and pow(NaN, 0) are 1, so the operands are looked at."""
    operands = FORMS[form]

    @handler(f"POW_{form}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x, y = operands(w, pc, base, k, tag)
        if is_number(x) and is_number(y):
            number = float_pow(as_float(x, tag), as_float(y, tag))
            if number == number:
                base[a_of(w)] = double_value(number)
                return next_ins(w, pc, base, vm, k, n, tag)
        return tail(arith_slow)(w, pc, base, vm, k, n, tag)
    return op


def with_immediate(name: str) -> Compiled:
    """The second operand is in the instruction: an int32, or its double where the first is one."""
    on_doubles = ON_DOUBLES[name]
    mixed = mixed_handler(name, "RI")
    has_ints = name in ON_INTS
    on_ints = ON_INTS.get(name, add_ovf)

    @handler(f"{name}_RI")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[b_of(w)]
        if has_ints:
            if x >= tag:
                result, wrapped = on_ints(as_int(x), cs_here(w, pc))
                if wrapped:
                    return tail(mixed)(w, pc, base, vm, k, n, tag)
                base[a_of(w)] = tag | u64(bitcast(u32, result))
                return next_ins(w, pc, base, vm, k, n, tag)
            number = on_doubles(load_double(base, b_of(w)), f64(cs_here(w, pc)))
        else:
            number = on_doubles(as_float(x, tag), f64(cs_here(w, pc)))
        if number == number:
            base[a_of(w)] = double_value(number)
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(arith_slow)(w, pc, base, vm, k, n, tag)
    return op


HANDLERS = {f"{name}_{form}": arith_handler(name, form)
            for name in ARITHMETIC for form in FORMS}
