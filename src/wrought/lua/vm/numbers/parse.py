"""Text to number, as LuaJIT's `tonumber` and lexer take it (Lua 5.1 manual, 2.1 and 5.1)."""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64
from wrought.lua.vm.numbers.double import NAN, SIGN, round_binary, to_int32
from wrought.lua.vm.numbers.scan import Scanned, digit_value, is_word, read_integer, scan


@enum(u8)
class NumberKind:
    """What a text is, and what the 64 bits that come with it are."""

    NONE = 0                         # not a number; the bits are 0
    INT = 1                          # an int32, sign-extended; never -0
    DOUBLE = 2                       # the bits of a double
    INT64 = 3                        # 1LL
    UINT64 = 4                       # 1ULL
    IMAGINARY = 5                    # 1i: the bits of the double before the i


@inline
@fn
def is_space(c: u8) -> bool:
    """C's isspace in the C locale."""
    return c == ord(" ") or c - 9 < 5


@fn
def trim(text: Slice[u8]) -> Slice[u8]:
    """The text without the whitespace around it."""
    start: u64 = 0
    end = len(text)
    while start < end and is_space(text[start]):
        start += 1
    while start < end and is_space(text[end - 1]):
        end -= 1
    return text[start:end]


@inline
@fn
def sign_of(text: Slice[u8]) -> tuple[bool, Slice[u8]]:
    """Whether a minus stands at the start; what follows it or a plus."""
    if len(text) != 0 and (text[0] == ord("-") or text[0] == ord("+")):
        return text[0] == ord("-"), text[1:]
    return False, text


@fn
def parse_number(text: Slice[u8]) -> tuple[NumberKind, u64]:
    """A whole text as `tonumber(text)` reads it: INT, DOUBLE or NONE.

    Whitespace around and one sign are taken, then a decimal number, `0x…` with an exponent after
    `p`, `0b…`, `inf`, `infinity` or `nan` (in either case).  Exact, ties to even, however long.
    """
    negative, body = sign_of(trim(text))
    found = zeroed(Scanned)
    scan(body, addr_of(found))
    if found.end == 0 or found.end != len(body):
        return NumberKind.NONE, 0
    if negative and found.bits != NAN:
        found.bits |= SIGN
    return narrowed(found.bits)


@fn
def parse_literal(text: Slice[u8]) -> tuple[NumberKind, u64]:
    """A whole text as a literal of the source: no whitespace, no sign, but the suffixes of FFI.

    `LL` makes an INT64, `ULL` or `LLU` an UINT64 (integers below 2^64), `i` an IMAGINARY, in
    either case.
    """
    found = zeroed(Scanned)
    if len(text) == 0 or not (text[0] == ord(".") or digit_value(text[0]) < 10):
        return NumberKind.NONE, 0
    scan(text, addr_of(found))
    if found.end == 0:
        return NumberKind.NONE, 0
    if found.end == len(text):
        return narrowed(found.bits)
    return with_suffix(addr_of(found), text)


@fn
def narrowed(bits: u64) -> tuple[NumberKind, u64]:
    """A double as the int32 that it equals, else as it is."""
    integer, fits = to_int32(bits)
    if fits:
        return NumberKind.INT, bitcast(u64, i64(integer))
    return NumberKind.DOUBLE, bits


@fn
def with_suffix(found: Ptr[Scanned], text: Slice[u8]) -> tuple[NumberKind, u64]:
    """A literal with something behind the number."""
    suffix = text[found.end:]
    if is_word(suffix, b"i"):
        return NumberKind.IMAGINARY, found.bits
    if not found.is_integer:
        return NumberKind.NONE, 0
    integer, overflow = found.integer, found.overflow
    if found.is_decimal:
        integer, overflow, _ = read_integer(text[:found.end], 10)
    if overflow:
        return NumberKind.NONE, 0
    if is_word(suffix, b"ll"):
        return NumberKind.INT64, integer
    if is_word(suffix, b"ull") or is_word(suffix, b"llu"):
        return NumberKind.UINT64, integer
    return NumberKind.NONE, 0


@fn
def parse_integer_base(text: Slice[u8], base: u32) -> tuple[NumberKind, u64]:
    """`tonumber(text, base)` for bases 2 to 36 (a panic outside): INT, DOUBLE or NONE.

    Base 10 is plain `tonumber`, as in LuaJIT.  Else an integer, with `0x` before it allowed in
    base 16; from 2^64 on it stays at 2^64-1, and a NUL ends the text, as C's strtoul has it.
    """
    assert base >= 2 and base <= 36, "the caller has checked the base"
    if base == 10:
        return parse_number(text)
    length: u64 = 0
    while length < len(text) and text[length] != 0:
        length += 1
    negative, body = sign_of(trim(text[:length]))
    if base == 16 and len(body) > 2 and body[0] == ord("0") and body[1] | 0x20 == ord("x"):
        body = body[2:]
    if len(body) == 0:
        return NumberKind.NONE, 0
    value, overflow, well_formed = read_integer(body, base)
    if not well_formed:
        return NumberKind.NONE, 0
    bits = round_binary(0xFFFF_FFFF_FFFF_FFFF if overflow else value, 0, False)
    return narrowed(bits | SIGN if negative else bits)
