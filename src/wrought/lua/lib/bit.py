"""The bit library: operations on numbers modulo 2^32."""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, fn, unsafe
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros, trunc, uninit
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, u8, u32, u64
from wrought.lua.lib.args import check_numeric
from wrought.lua.lib.registry import library, open_library
from wrought.lua.vm.interp import fast_math as ops
from wrought.lua.vm.objects import Vm, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import int_value

MOST_DIGITS = 254
"""Of tohex."""


@unsafe
@fn
def check_bits(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> u32:
    """A number argument modulo 2^32, rounded to the nearest integer."""
    # SAFETY: i is below n where it is read.
    bits, _ = ops.bits_of(check_numeric(vm, args, n, i))
    return bits


def unary(f: Any) -> Compiled:
    """An operation of one number."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: args has n values and MIN_SLOTS free slots behind.
        args[0] = int_value(bitcast(i32, f(check_bits(vm, args, n, 0))))
        return 1
    return native


def binary(f: Any) -> Compiled:
    """A shift or rotation."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: as in unary.
        x = check_bits(vm, args, n, 0)
        args[0] = int_value(bitcast(i32, f(x, check_bits(vm, args, n, 1))))
        return 1
    return native


def joined(f: Any) -> Compiled:
    """An operation of one or more numbers."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: as in unary.
        x = check_bits(vm, args, n, 0)
        for i in range(1, n):
            x = f(x, check_bits(vm, args, n, i))
        args[0] = int_value(bitcast(i32, x))
        return 1
    return native


@fn
def digits_of(x: u32) -> u64:
    """Hexadecimal digits of x, none for 0."""
    return 8 - u64(count_leading_zeros(x)) // 4


@fn
def put_hex(out: Slice[u8], x: u32, ten: u8) -> None:
    """The lowest digits of x, as many as `out` takes; `ten` + 10 is the digit ten."""
    for i in range(len(out)):
        digit = trunc(u8, x & 15)
        out[len(out) - 1 - i] = digit + (ten if digit > 9 else ord("0"))
        x >>= 4


@unsafe
@fn
def bit_tohex(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """bit.tohex(x [, digits]): the lowest 8 or so many digits; capitals for a negative number.

    Beyond 254 digits their number is taken modulo 256, as LuaJIT has it, and 255 stands for none.
    """
    # SAFETY: as in unary; the digits that are read have been written.
    x = check_bits(vm, args, n, 0)
    wanted = bitcast(i32, check_bits(vm, args, n, 1)) if n > 1 else i32(8)
    ten: u8 = ord("a") - 10
    if wanted < 0:
        wanted = -wanted
        ten = ord("A") - 10
    if wanted < 8:
        x &= trunc(u32, (u64(1) << 4 * u64(bitcast(u32, max(wanted, 0)))) - 1)
    given = u64(bitcast(u32, wanted + 1)) & 255
    length = max(digits_of(x), given - 1 if given > 0 else 1)
    digits = uninit(Array[u8, MOST_DIGITS])
    put_hex(digits[:length], x, ten)
    args[0] = string_value(intern(vm, digits[:length]))
    return 1


BIT = library("bit", [
    ("tobit", unary(ops.same)), ("bnot", unary(ops.bit_not)), ("bswap", unary(ops.swapped)),
    ("lshift", binary(ops.shift_left)), ("rshift", binary(ops.shift_right)),
    ("arshift", binary(ops.shift_arithmetic)), ("rol", binary(ops.left)),
    ("ror", binary(ops.right)), ("band", joined(ops.bit_and)), ("bor", joined(ops.bit_or)),
    ("bxor", joined(ops.bit_xor)), ("tohex", bit_tohex)])


@fn
def open_bit(vm: Ptr[Vm]) -> None:
    """Put the library into a new state."""
    open_library(vm, b"bit", BIT.open)
