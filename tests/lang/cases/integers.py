"""Integers: wrapping, floor division, shifts, conversions, overflow, bit counting."""

from __future__ import annotations

from lang.expect import gives, panics
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import (
    add_ovf,
    bitcast,
    byte_swap,
    checked,
    checked_add,
    checked_mul,
    checked_sub,
    count_leading_zeros,
    count_trailing_zeros,
    div_trunc,
    mul_ovf,
    mul_wide,
    popcount,
    rem_trunc,
    reverse_bits,
    rotate_left,
    rotate_right,
    saturate,
    sub_ovf,
    trunc,
)
from wrought.lang.core.scalars import i8, i16, i32, i64, u8, u16, u32, u64

I64_MIN = -(1 << 63)
U64_MAX = (1 << 64) - 1


@gives(((250, 10), 4), ((0, 0), 0), ((255, 255), 254))
@fn
def add_u8(a: u8, b: u8) -> u8:
    return a + b


@gives(((0, 1), 0xFFFF), ((5, 3), 2))
@fn
def sub_u16(a: u16, b: u16) -> u16:
    return a - b


@gives(((0x7FFF_FFFF, 1), -0x8000_0000), ((-5, 3), -2))
@fn
def add_i32(a: i32, b: i32) -> i32:
    return a + b


@gives(((1 << 32, 1 << 32), 0), ((U64_MAX, U64_MAX), 1))
@fn
def mul_u64(a: u64, b: u64) -> u64:
    return a * b


@gives(((I64_MIN, -1), I64_MIN), ((-3, 7), -21))
@fn
def mul_i64(a: i64, b: i64) -> i64:
    return a * b


@gives(((7, 2), 3), ((-7, 2), -4), ((7, -2), -4), ((-7, -2), 3), ((I64_MIN, -1), I64_MIN),
       ((I64_MIN, 1), I64_MIN), ((0, -5), 0), ((6, -3), -2))
@panics("division by zero", 1, 0, line=6)
@fn
def floor_div(a: i64, b: i64) -> i64:
    """Python's floor; the one quotient that does not fit wraps."""
    return a // b


@gives(((7, 3), 1), ((-7, 3), 2), ((7, -3), -2), ((-7, -3), -1), ((I64_MIN, -1), 0),
       ((6, -3), 0))
@panics("division by zero", 0, 0)
@fn
def floor_mod(a: i64, b: i64) -> i64:
    return a % b


@gives(((-128, -1), -128), ((-7, 2), -4), ((127, -128), -1))
@panics("division by zero", 1, 0)
@fn
def floor_div_i8(a: i8, b: i8) -> i8:
    return a // b


@gives(((-128, -1), 0), ((-7, 2), 1), ((127, -128), -1))
@fn
def floor_mod_i8(a: i8, b: i8) -> i8:
    return a % b


@gives(((-7,), (-2, 1, -1, -3)), ((7,), (1, 3, 1, 3)), ((-8,), (-2, 0, -2, 0)))
@fn
def by_constant(a: i32) -> tuple[i32, i32, i32, i32]:
    """Division by a constant takes other instructions."""
    return a // 4, a % 4, div_trunc(a, 4), rem_trunc(a, 4)


@gives(((7,), (-2, -2)), ((-7,), (1, -1)), ((9,), (-3, 0)))
@fn
def by_negative_constant(a: i32) -> tuple[i32, i32]:
    return a // -4 if a != 9 else a // -3, a % -3 if a != -7 else a % -2


@gives(((U64_MAX, 10), (0x1999_9999_9999_9999, 5)), ((9, 10), (0, 9)))
@panics("division by zero", 5, 0)
@fn
def divide_u64(a: u64, b: u64) -> tuple[u64, u64]:
    return a // b, a % b


@gives(((-7, 2), (-3, -1)), ((7, -2), (-3, 1)), ((I64_MIN, -1), (I64_MIN, 0)))
@panics("division by zero", 5, 0)
@fn
def divide_trunc(a: i64, b: i64) -> tuple[i64, i64]:
    return div_trunc(a, b), rem_trunc(a, b)


@gives(((1, 0), (1, 1)), ((0x81, 1), (0x02, 0x40)), ((0x81, 7), (0x80, 1)),
       ((0x81, 8), (0x81, 0x81)), ((0x81, 9), (0x02, 0x40)), ((0x81, 255), (0x80, 1)))
@fn
def shifts_u8(x: u8, n: u8) -> tuple[u8, u8]:
    """A variable count is taken modulo the width."""
    return x << n, x >> n


@gives(((-128, 1), (0, -64)), ((-1, 7), (-128, -1)), ((64, 1), (-128, 32)))
@fn
def shifts_i8(x: i8, n: u8) -> tuple[i8, i8]:
    return x << n, x >> n


@gives(((1, 63), (1 << 63, 0)), ((1, 64), (1, 1)), ((I64_MIN & U64_MAX, 63), (0, 1)),
       ((3, U64_MAX), (1 << 63, 0)))
@fn
def shifts_u64(x: u64, n: u64) -> tuple[u64, u64]:
    return x << n, x >> n


@gives(((1, 33), 2), ((5, 0), 5))
@fn
def shift_by_narrow(x: u32, n: u8) -> u32:
    return x << n


@gives(((1, (1 << 40) + 1), 2))
@fn
def shift_by_wide(x: u16, n: u64) -> u16:
    return x << n


@gives(((0b1100, 0b1010), (0b1000, 0b1110, 0b0110, 0xF3)))
@fn
def bit_logic(a: u8, b: u8) -> tuple[u8, u8, u8, u8]:
    return a & b, a | b, a ^ b, ~a


@gives(((5,), (-5, -6, 5)), ((-128,), (-128, 127, -128)))
@fn
def unary(a: i8) -> tuple[i8, i8, i8]:
    return -a, ~a, +a


@gives(((200,), (200, 200, 200)), ((0,), (0, 0, 0)))
@fn
def widen_unsigned(a: u8) -> tuple[u16, u64, i64]:
    return a, u64(a), i64(a)


@gives(((-100,), (-100, -100)), ((100,), (100, 100)))
@fn
def widen_signed(a: i8) -> tuple[i16, i64]:
    wide: i64 = a
    return a, wide


@gives(((0x1234_5678_9ABC_DEF0,), (0xF0, 0xDEF0, 0x9ABC_DEF0)))
@fn
def truncate(x: u64) -> tuple[u8, u16, u32]:
    return trunc(u8, x), trunc(u16, x), trunc(u32, x)


@gives(((-1,), (0xFF, 0xFFFF_FFFF)), ((-2,), (0xFE, 0xFFFF_FFFE)))
@fn
def truncate_signed(x: i64) -> tuple[u8, u32]:
    return trunc(u8, x), trunc(u32, x)


@gives(((0xFF,), -1), ((0x7F,), 127))
@fn
def reread(x: u8) -> i8:
    return bitcast(i8, x)


@gives(((255,), 255), ((0,), 0))
@panics("value 256 does not fit u8", 256)
@panics("value -1 does not fit u8", -1)
@fn
def narrow_checked(x: i64) -> u8:
    return checked(u8, x)


@gives(((127,), 127))
@panics("value 128 does not fit i8", 128)
@fn
def narrow_unsigned(x: u64) -> i8:
    return checked(i8, x)


@gives(((5,), (5, 5)), ((300,), (255, 127)), ((-300,), (0, -128)))
@fn
def clamp_signed(x: i32) -> tuple[u8, i8]:
    return saturate(u8, x), saturate(i8, x)


@gives(((5,), (5, 5, 5)), ((U64_MAX,), (0xFFFF_FFFF, 0x7FFF_FFFF, (1 << 63) - 1)))
@fn
def clamp_unsigned(x: u64) -> tuple[u32, i32, i64]:
    return saturate(u32, x), saturate(i32, x), saturate(i64, x)


@gives(((-1,), 0), ((5,), 5))
@fn
def clamp_same_width(x: i64) -> u64:
    return saturate(u64, x)


@gives(((250, 10), (4, True, 240, False, 196, True)), ((1, 2), (3, False, 255, True, 2, False)))
@fn
def overflow_u8(a: u8, b: u8) -> tuple[u8, bool, u8, bool, u8, bool]:
    s, so = add_ovf(a, b)
    d, do = sub_ovf(a, b)
    p, po = mul_ovf(a, b)
    return s, so, d, do, p, po


@gives(((I64_MIN, -1), ((1 << 63) - 1, True, I64_MIN + 1, False, I64_MIN, True)),
       ((3, 4), (7, False, -1, False, 12, False)))
@fn
def overflow_i64(a: i64, b: i64) -> tuple[i64, bool, i64, bool, i64, bool]:
    s, so = add_ovf(a, b)
    d, do = sub_ovf(a, b)
    p, po = mul_ovf(a, b)
    return s, so, d, do, p, po


@gives(((1, 2), 3))
@panics("the sum does not fit u64", U64_MAX, 1)
@fn
def sum_checked(a: u64, b: u64) -> u64:
    return checked_add(a, b)


@gives(((5, 2), 3))
@panics("the difference does not fit u32", 1, 2)
@fn
def difference_checked(a: u32, b: u32) -> u32:
    return checked_sub(a, b)


@gives(((-5, 2), -10))
@panics("the product does not fit i16", 300, 300)
@fn
def product_checked(a: i16, b: i16) -> i16:
    return checked_mul(a, b)


@gives(((U64_MAX, U64_MAX), (1, U64_MAX - 1)), ((1 << 32, 1 << 33), (0, 2)))
@fn
def wide_unsigned(a: u64, b: u64) -> tuple[u64, u64]:
    return mul_wide(a, b)


@gives(((-1, 5), (U64_MAX - 4, -1)), ((I64_MIN, I64_MIN), (0, 1 << 62)))
@fn
def wide_signed(a: i64, b: i64) -> tuple[u64, i64]:
    return mul_wide(a, b)


@gives(((0,), (32, 32, 0)), ((1,), (0, 31, 1)), ((0xFF00_0000,), (24, 0, 8)))
@fn
def counts(x: u32) -> tuple[u32, u32, u32]:
    return count_trailing_zeros(x), count_leading_zeros(x), popcount(x)


@gives(((0,), (8, 8)), ((16,), (4, 3)))
@fn
def counts_u8(x: u8) -> tuple[u8, u8]:
    return count_trailing_zeros(x), count_leading_zeros(x)


@gives(((0x1234, 0x0102_0304_0506_0708), (0x3412, 0x0807_0605_0403_0201)))
@fn
def swap_bytes(a: u16, b: u64) -> tuple[u16, u64]:
    return byte_swap(a), byte_swap(b)


@gives(((1,), 0x80), ((0b0010_0110,), 0b0110_0100))
@fn
def reverse(x: u8) -> u8:
    return reverse_bits(x)


@gives(((0x81, 1), (0x03, 0xC0)), ((0x81, 8), (0x81, 0x81)), ((0x81, 9), (0x03, 0xC0)))
@fn
def rotate_u8(x: u8, n: u8) -> tuple[u8, u8]:
    return rotate_left(x, n), rotate_right(x, n)


@gives(((0x8000_0000_0000_0001, 4), (0x18, 0x1800_0000_0000_0000)))
@fn
def rotate_u64(x: u64, n: u32) -> tuple[u64, u64]:
    return rotate_left(x, n), rotate_right(x, n)


@gives(((3, 5), (3, 5, 4)), ((5, 3), (3, 5, 5)))
@fn
def extremes(a: u32, b: u32) -> tuple[u32, u32, u32]:
    return min(a, b), max(a, b), max(a, min(b, 4), 2) if a < 4 else a


@gives(((-3, 5), (-3, 5, 3)), ((-128, 1), (-128, 1, -128)))
@fn
def extremes_signed(a: i8, b: i8) -> tuple[i8, i8, i8]:
    return min(a, b), max(a, b), abs(a)


@gives(((1, 2), (True, False, True, False, False, True)),
       ((2, 2), (False, False, True, True, True, False)),
       ((U64_MAX, 1), (False, True, False, True, False, True)))
@fn
def compare_unsigned(a: u64, b: u64) -> tuple[bool, bool, bool, bool, bool, bool]:
    return a < b, a > b, a <= b, a >= b, a == b, a != b


@gives(((-1, 1), (True, False, True, False)), ((1, -1), (False, True, False, True)))
@fn
def compare_signed(a: i32, b: i32) -> tuple[bool, bool, bool, bool]:
    return a < b, a > b, a <= b, a >= b
