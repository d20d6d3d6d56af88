"""Handlers of math and bit functions."""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, fn, handler, inline, noinline
from wrought.lang.core.intrinsics import (
    bitcast,
    byte_swap,
    ceil,
    floor,
    rotate_left,
    rotate_right,
    sqrt,
    tail,
    trunc,
)
from wrought.lang.core.scalars import Ptr, f64, i32, u32, u64
from wrought.lua.lib.math import libm
from wrought.lua.vm.interp.calls import funcb
from wrought.lua.vm.interp.fast import return_one
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.random import next_double
from wrought.lua.vm.value import (
    as_double,
    as_int,
    double_value,
    foreign_double,
    is_double,
    is_int,
    is_number,
    normal_number,
    number_of,
)


@inline
@fn
def root(x: f64) -> f64:
    return sqrt(x)


def of_double(name: str, f: Any) -> Compiled:
    """A function from double to double."""
    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n > 0:
            x = base[0]
            if is_number(x):
                return return_one(double_value(f(number_of(x))), pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


def of_doubles(name: str, f: Any) -> Compiled:
    """A function of two doubles."""
    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n == 2:
            x = base[0]
            y = base[1]
            if is_number(x) and is_number(y):
                result = foreign_double(f(number_of(x), number_of(y)))
                return return_one(result, pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


@handler("math.log")
def fast_log(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """The logarithm to the base e; that to another one is the native function's."""
    if n == 1:
        x = base[0]
        if is_number(x):
            result = foreign_double(libm.log(number_of(x)))
            return return_one(result, pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("math.random")
def fast_random(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """Below 1, or from 1 to an int32."""
    if n == 0:
        return return_one(double_value(next_double(vm)), pc, base, vm, k, n, tag)
    if n == 1:
        x = base[0]
        if x >= tag:
            result = floor(next_double(vm) * f64(as_int(x))) + 1.0
            return return_one(normal_number(result), pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@inline
@fn
def down(x: f64) -> f64:
    return floor(x)


@inline
@fn
def up(x: f64) -> f64:
    return ceil(x)


def rounding(name: str, f: Any) -> Compiled:
    """floor and ceil: int32s stay what they are."""
    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n > 0:
            x = base[0]
            if x >= tag:
                return return_one(x, pc, base, vm, k, n, tag)
            if is_double(x):
                return return_one(normal_number(f(as_double(x))), pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


@handler("math.abs")
def fast_abs(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    if n > 0:
        x = base[0]
        if x >= tag:
            if x != tag | 0x8000_0000:
                i = as_int(x)
                return return_one(tag | u64(bitcast(u32, -i if i < 0 else i)),
                                  pc, base, vm, k, n, tag)
        elif is_double(x):
            return return_one(x & ~u64(1 << 63), pc, base, vm, k, n, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


def extreme(name: str, is_max: bool) -> Compiled:
    """max and min of two numbers of one kind."""
    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n == 2:
            x = base[0]
            y = base[1]
            if x & y >= tag:
                first = as_int(x) > as_int(y) if is_max else as_int(x) < as_int(y)
                return return_one(x if first else y, pc, base, vm, k, n, tag)
            if is_double(x) and is_double(y):
                left = as_double(x)
                right = as_double(y)
                if left > right or left < right:
                    greater = left > right if is_max else left < right
                    return return_one(x if greater else y, pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


TO_BITS = 2.0 ** 52 + 2.0 ** 51
"""Added to a double below 2^51 it leaves the nearest integer in the low bits."""


@inline
@fn
def bits_of(v: u64) -> tuple[u32, bool]:
    """A number modulo 2^32 as bit.tobit has it; whether it is a number."""
    if is_int(v):
        return trunc(u32, v), True
    if is_double(v):
        return trunc(u32, bitcast(u64, as_double(v) + TO_BITS)), True
    return 0, False


@inline
@fn
def bit_and(x: u32, y: u32) -> u32:
    return x & y


@inline
@fn
def bit_or(x: u32, y: u32) -> u32:
    return x | y


@inline
@fn
def bit_xor(x: u32, y: u32) -> u32:
    return x ^ y


@inline
@fn
def shift_left(x: u32, y: u32) -> u32:
    return x << (y & 31)


@inline
@fn
def shift_right(x: u32, y: u32) -> u32:
    return x >> (y & 31)


@inline
@fn
def shift_arithmetic(x: u32, y: u32) -> u32:
    return bitcast(u32, bitcast(i32, x) >> (y & 31))


@inline
@fn
def left(x: u32, y: u32) -> u32:
    return rotate_left(x, y & 31)


@inline
@fn
def right(x: u32, y: u32) -> u32:
    return rotate_right(x, y & 31)


@inline
@fn
def bit_not(x: u32) -> u32:
    return ~x


@inline
@fn
def same(x: u32) -> u32:
    return x


@inline
@fn
def swapped(x: u32) -> u32:
    return byte_swap(x)


def bit_binary(name: str, f: Any) -> Compiled:
    """A bit operation: of two or, where it takes any number, three int32s; of two numbers."""
    of_doubles = bit_of_doubles(name, f)
    takes_three = name in ("bit.band", "bit.bor", "bit.bxor")

    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[0]
        y = base[1]
        if n == 2 and x & y >= tag:
            return return_one(tag | u64(f(trunc(u32, x), trunc(u32, y))),
                              pc, base, vm, k, n, tag)
        if takes_three:
            if n == 3 and x & y & base[2] >= tag:
                both = f(trunc(u32, x), trunc(u32, y))
                return return_one(tag | u64(f(both, trunc(u32, base[2]))),
                                  pc, base, vm, k, n, tag)
        return tail(of_doubles)(w, pc, base, vm, k, n, tag)
    return op


def bit_of_doubles(name: str, f: Any) -> Compiled:
    """A bit operation of two numbers of which one is a double."""
    @noinline
    @handler(f"{name} of doubles")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n == 2:
            x, x_ok = bits_of(base[0])
            y, y_ok = bits_of(base[1])
            if x_ok and y_ok:
                return return_one(tag | u64(f(x, y)), pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


def bit_unary(name: str, f: Any) -> Compiled:
    """A bit operation of one number."""
    @handler(name)
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if n > 0:
            x, ok = bits_of(base[0])
            if ok:
                return return_one(tag | u64(f(x)), pc, base, vm, k, n, tag)
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    return op


HANDLERS = {
    "math.abs": fast_abs, "math.floor": rounding("math.floor", down),
    "math.ceil": rounding("math.ceil", up), "math.sqrt": of_double("math.sqrt", root),
    "math.sin": of_double("math.sin", libm.sin), "math.cos": of_double("math.cos", libm.cos),
    "math.exp": of_double("math.exp", libm.exp), "math.log": fast_log,
    "math.pow": of_doubles("math.pow", libm.pow),
    "math.fmod": of_doubles("math.fmod", libm.fmod), "math.random": fast_random,
    "math.max": extreme("math.max", True), "math.min": extreme("math.min", False),
    **{name: bit_binary(name, f) for name, f in (
        ("bit.band", bit_and), ("bit.bor", bit_or), ("bit.bxor", bit_xor),
        ("bit.lshift", shift_left), ("bit.rshift", shift_right),
        ("bit.arshift", shift_arithmetic), ("bit.rol", left), ("bit.ror", right))},
    **{name: bit_unary(name, f) for name, f in (
        ("bit.bnot", bit_not), ("bit.tobit", same), ("bit.bswap", swapped))}}
