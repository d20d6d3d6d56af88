"""Reading the forms of a number: decimal, hexadecimal, binary."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import add_ovf, addr_of, bitcast, mul_wide
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64
from wrought.lua.vm.numbers.decimal import FIRST_DIGITS, Decimal, round_decimal
from wrought.lua.vm.numbers.double import INFINITY, NAN, round_binary

NOT_A_DIGIT = 255

EXPONENT_LIMIT = 1 << 20
"""Written exponents from here on are refused, as by LuaJIT."""


@struct
class Scanned:
    """What stands at the start of a text: the bits of its double, and where it ends.

    `end` is 0 where there is no number.  `is_integer`: digits only, without point or exponent.
    Then, if it is not decimal, `integer` is it modulo 2^64; `overflow` says whether it is more.
    """

    bits: u64
    integer: u64
    is_decimal: bool
    is_integer: bool
    overflow: bool
    end: u64


@inline
@fn
def digit_value(c: u8) -> u8:
    """0 to 35 for digits and letters of either case, else NOT_A_DIGIT."""
    if c - ord("0") < 10:            # unsigned: all below "0" are large
        return c - ord("0")
    letter = (c | 0x20) - ord("a")
    return letter + 10 if letter < 26 else NOT_A_DIGIT


@fn
def scan_decimal(text: Slice[u8], result: Ptr[Scanned]) -> None:
    """Digits with an optional point and an optional exponent after `e`."""
    number = Decimal(0, 0, False, text)
    at, seen, point = scan_mantissa(text, addr_of(number))
    if not seen:
        return
    written, result.end = scan_exponent(text, at, ord("e"))
    result.is_integer = not point and result.end == at
    result.is_decimal = True
    number.exponent += written
    number.text = text[:at]
    if number.exponent == 0 and not number.dropped:
        result.bits = round_binary(number.digits, 0, False)
    else:
        result.bits = round_decimal(addr_of(number))


@fn
def scan_mantissa(text: Slice[u8], number: Ptr[Decimal]) -> tuple[u64, bool, bool]:
    """Digits and a point: where they end, whether there are digits, and whether a point."""
    n, whole = scan_digits(text, 0, 0)
    at = whole
    point = at < len(text) and text[at] == ord(".")
    if point:
        n, at = scan_digits(text, at + 1, n)
        number.exponent = bitcast(i64, whole + 1 - at)
    if at > FIRST_DIGITS:
        return scan_long(text, number)
    number.digits = n
    return at, at > (1 if point else 0), point


@inline
@fn
def scan_digits(text: Slice[u8], start: u64, before: u64) -> tuple[u64, u64]:
    """Digits that follow others: the value modulo 2^64 and where they end."""
    at = start
    n = before
    while at < len(text) and text[at] - ord("0") < 10:
        n = n * 10 + u64(text[at] - ord("0"))
        at += 1
    return n, at


@fn
def scan_long(text: Slice[u8], number: Ptr[Decimal]) -> tuple[u64, bool, bool]:
    """`scan_mantissa` where a word may not hold all digits."""
    number.exponent = 0
    at: u64 = 0
    used: u64 = 0                    # digits in `number`, from the first that is not 0
    fraction: i64 = 0                # 1 behind the point
    while at < len(text):
        digit = text[at] - ord("0")
        if digit < 10:
            if used < FIRST_DIGITS:
                number.digits = number.digits * 10 + u64(digit)
                used += 1 if number.digits != 0 else 0
                number.exponent -= fraction
            else:
                number.dropped = number.dropped or digit != 0
                number.exponent += 1 - fraction
        elif text[at] == ord(".") and fraction == 0:
            fraction = 1
        else:
            break
        at += 1
    return at, at > bitcast(u64, fraction), fraction == 1


@fn
def read_integer(digits: Slice[u8], base: u32) -> tuple[u64, bool, bool]:
    """Digits of a base: their value modulo 2^64, whether it is more, whether all are digits."""
    value: u64 = 0
    overflow = False
    for c in digits:
        digit = digit_value(c)
        if digit >= base:
            return 0, False, False
        low, high = mul_wide(value, u64(base))
        value, wrapped = add_ovf(low, u64(digit))
        overflow = overflow or high != 0 or wrapped
    return value, overflow, True


@fn
def scan_exponent(text: Slice[u8], start: u64, letter: u8) -> tuple[i64, u64]:
    """An optional exponent at `start`: its value and where it ends; 0 if it is not well formed."""
    if start == len(text) or text[start] | 0x20 != letter:
        return 0, start
    at = start + 1
    negative = at < len(text) and text[at] == ord("-")
    if negative or (at < len(text) and text[at] == ord("+")):
        at += 1
    first = at
    value: i64 = 0
    while at < len(text) and text[at] >= ord("0") and text[at] <= ord("9"):
        if value < EXPONENT_LIMIT:
            value = value * 10 + i64(text[at] - ord("0"))
        at += 1
    if at == first or value >= EXPONENT_LIMIT:
        return 0, 0
    return -value if negative else value, at


@fn
def scan_hex(text: Slice[u8], result: Ptr[Scanned]) -> None:
    """What follows `0x`: digits with an optional point and an optional exponent of two."""
    n: u64 = 0
    exponent: i64 = 0
    more = False
    seen = False
    point = False
    at: u64 = 0
    while at < len(text):
        digit = digit_value(text[at])
        if digit < 16:
            seen = True
            if n >> 60 == 0:
                n = n << 4 | u64(digit)
                exponent -= 4 if point else 0
            else:
                more = more or digit != 0
                exponent += 0 if point else 4
            result.integer = result.integer << 4 | u64(digit)
        elif text[at] == ord(".") and not point:
            point = True
        else:
            break
        at += 1
    if not seen:
        return
    written, result.end = scan_exponent(text, at, ord("p"))
    result.is_integer = not point and result.end == at
    result.overflow = exponent > 0
    result.bits = round_binary(n, exponent + written, more)


@fn
def scan_binary(text: Slice[u8], result: Ptr[Scanned]) -> None:
    """What follows `0b`: binary digits, at most 64 from the first 1 on."""
    n: u64 = 0
    at: u64 = 0
    while at < len(text) and text[at] | 1 == ord("1"):
        if n >> 63 != 0:
            return
        n = n << 1 | u64(text[at] & 1)
        at += 1
    result.integer = n
    result.is_integer = True
    result.bits = round_binary(n, 0, False)
    result.end = at


@fn
def scan(text: Slice[u8], found: Ptr[Scanned]) -> None:
    """A number without sign at the start of a text, in any form."""
    if len(text) == 0:
        return
    letter = text[1] | 0x20 if len(text) > 2 and text[0] == ord("0") else 0
    if letter == ord("x") or letter == ord("b"):
        if letter == ord("x"):
            scan_hex(text[2:], found)
        else:
            scan_binary(text[2:], found)
        found.end += 2 if found.end != 0 else 0
    elif text[0] > ord("9"):
        scan_word(text, found)
    else:
        scan_decimal(text, found)


@fn
def scan_word(text: Slice[u8], found: Ptr[Scanned]) -> None:
    """The numbers that are written as words; the whole text is the word."""
    if is_word(text, b"nan"):
        found.bits = NAN
        found.end = len(text)
    elif is_word(text, b"inf") or is_word(text, b"infinity"):
        found.bits = INFINITY
        found.end = len(text)


@fn
def is_word(text: Slice[u8], word: Slice[u8]) -> bool:
    """Whether the text is that word, which is in small letters, in either case."""
    if len(text) != len(word):
        return False
    for i in range(len(word)):
        if text[i] | 0x20 != word[i]:
            return False
    return True
