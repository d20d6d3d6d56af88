"""Text to number, against Python's exact conversions and against LuaJIT."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua.vm.numbers.doubles import (
    HARD,
    bits_of,
    double_of,
    finite,
    lua_string,
    luajit,
    random_doubles,
)
from wrought.lang.build.errors import Panic
from wrought.lua.vm.numbers.double import NAN, SIGN
from wrought.lua.vm.numbers.parse import (
    NumberKind,
    parse_integer_base,
    parse_literal,
    parse_number,
)


def value(result: Any) -> float | int | None:
    """What was read, as Python has it: an int for INT, a float for DOUBLE."""
    kind, bits = result
    if kind == NumberKind.INT:
        return bits - (bits >> 63 << 64)
    return double_of(bits) if kind == NumberKind.DOUBLE else None


def read(text: str | bytes) -> Any:
    return value(parse_number(text.encode() if isinstance(text, str) else text))


def check(text: str, want: float) -> None:
    """`text` reads as exactly this double, as an int where that is an int32."""
    got = read(text)
    small = want == want and abs(want) < 2 ** 33 and want == int(want) and \
        -2 ** 31 <= want < 2 ** 31 and bits_of(want) != SIGN
    assert isinstance(got, int) == small, text
    assert got is not None and bits_of(float(got)) == bits_of(want), (text, got, want)


def test_shortest_and_long_texts_of_random_doubles():
    for x in random_doubles(2000, seed=1) + HARD:
        for text in (repr(x), f"{x:.14g}", f"{x:.20e}", f"{x:.3f}"):
            check(text, float(text))


def from_hex(text: str) -> float:
    """Python's reading of a hexadecimal float, infinite where it is too large."""
    try:
        return float.fromhex(text)
    except OverflowError:
        return float("-inf" if text.startswith("-") else "inf")


def middle(x: float) -> Decimal:
    """The exact middle between |x| and the next double, which has up to 767 digits."""
    with localcontext() as context:
        context.prec = 1200
        below = abs(x)
        above = double_of(bits_of(below) + 1)
        # Above the largest double stands 2^1024.
        return (Decimal(below) + (Decimal(above) if above - above == 0 else Decimal(2) ** 1024)) / 2


@settings(deadline=None, max_examples=300)
@given(finite, st.integers(0, 60))
def test_ties_and_their_neighbours(x: float, zeros: int):
    exact = middle(x)
    for text in (f"{exact:f}", f"{exact:e}"):
        check(text, float(text))
        mantissa, e, exponent = text.partition("e")
        more = mantissa + ("" if "." in mantissa else ".") + "0" * zeros + "1" + e + exponent
        check(more, float(more))
    with localcontext() as context:
        context.prec = 1200
        less = f"{exact - exact / Decimal(10) ** (20 + zeros):e}"
    check(less, float(less))


@settings(deadline=None, max_examples=1000)
@given(st.from_regex(re.compile(r"[-+]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,30})"
                                r"([eE][-+]?[0-9]{1,3})?", re.ASCII), fullmatch=True))
def test_any_decimal(text: str):
    check(text, float(text))


def test_digits_past_the_longest_that_matters():
    tie = "9007199254740993."
    check(tie + "0" * 5000, 9007199254740992.0)
    check(tie + "0" * 5000 + "1", 9007199254740994.0)
    check("0." + "0" * 3000 + "123e3001", 1.23)
    check("1" + "0" * 3000 + "e-3000", 1)
    longest = f"{middle(2.2250738585072009e-308):f}"
    assert len(longest) > 1000
    check(longest + "0" * 300, float(longest))
    check(longest + "0" * 300 + "1", float(longest + "1"))


@settings(deadline=None, max_examples=500)
@given(st.from_regex(re.compile(r"-?0[xX]([0-9a-fA-F]{1,40}(\.[0-9a-fA-F]{0,40})?|"
                                r"\.[0-9a-f]{1,30})([pP][-+]?[0-9]{1,3})?", re.ASCII),
                     fullmatch=True))
def test_any_hexadecimal(text: str):
    check(text, from_hex(text))


@settings(deadline=None, max_examples=300)
@given(finite, st.integers(0, 1), st.integers(0, 20))
def test_hexadecimal_ties(x: float, one: int, zeros: int):
    m, e = bits_of(abs(x)) & (1 << 52) - 1 | 1 << 52, -1080
    text = f"0x{m:x}8{'0' * zeros}{one}p{e - 4 * zeros - 4}"
    check(text, from_hex(text))
    check(x.hex(), x)


@pytest.mark.parametrize("text, want", [
    ("inf", float("inf")), ("-InfiniTy", float("-inf")), (" +inf\n", float("inf")),
    ("1e400", float("inf")), ("-1e400", float("-inf")), ("1e-400", 0.0), ("-1e-400", -0.0),
    ("-0", -0.0), ("0x1p99999", float("inf")), ("\t\v\f\r\n 7 ", 7.0), ("0b101", 5.0),
    ("-0B" + "0" * 90 + "1" * 64, -2.0 ** 64), ("1.7976931348623158e308", 1.7976931348623157e308),
    ("1.797693134862315807e308", 1.7976931348623157e308), ("0e1048575", 0.0),
    ("1.797693134862315808e308", float("inf")), ("2.4703282292062327e-324", 0.0),
    ("2.4703282292062328e-324", 5e-324), ("2147483648", 2.0 ** 31), ("-2147483649",
    -2.0 ** 31 - 1)])
def test_words_and_limits(text: str, want: float):
    check(text, want)


def test_nan_is_lua_s_own():
    for text in (b"nan", b"-NaN", b" +nAn "):
        assert parse_number(text) == (NumberKind.DOUBLE, NAN)


TEXTS = [
    b"", b" ", b"-", b"+", b".", b"..", b"1..", b"--1", b"- 1", b"1e", b"1e+", b"1e1.5", b"0x",
    b"0x.", b"0x.p1", b"0x1p", b"0x1p+", b"0b", b"0b2", b"0b1.1", b"0b1e1", b"1LL", b"1i", b"1_0",
    b"x1", b"1x", b"0x0x1", b"00x1", b"0x 1", b"1p4", b"1 2", b"1\0", b"\0", b"\xa01", b"infi",
    b"nan(1)", b"i", b"e5", b".e5", b"0x1e+5", b"1e0x1", b"0xg", b"inf inity", b"1e1048576",
    b"0e1048576", b"0x1p1048576", b"0b1" + b"0" * 64, b"1e5", b"0x.8", b"0x8.", b"010", b"0xep1",
    b" 0X1P4 ", b"5.", b"\x1c1", b"1\x1f", b"0x" + b"f" * 300, b"1" + b"0" * 400,
    b"0b" + b"1" * 64, b"infinity1", b"0x1.8p1", b"1:", b"1/", b"+.e1"]


def test_what_is_a_number_as_luajit_has_it():
    script = "".join(f"print(string.format('%a', tonumber({lua_string(text)}) or 0/0))\n"
                     for text in TEXTS)
    theirs = luajit(script)
    for text, line in zip(TEXTS, theirs, strict=True):
        got = read(text)
        want = None if line == "nan" else float.fromhex(line)
        assert got == want, (text, got, line)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text("0123456789abefginpxABEFINPX.+- \t", max_size=8), min_size=200,
                max_size=200))
def test_random_texts_as_luajit_has_them(texts: list[str]):
    theirs = luajit("".join(
        f"n = tonumber('{text}') print(n and string.format('%a', n))\n" for text in texts))
    for text, line in zip(texts, theirs, strict=True):
        got = read(text)
        if line == "nan":
            assert got is not None and got != got, text
        else:
            assert got == (None if line == "nil" else float.fromhex(line)), (text, got, line)


@pytest.mark.parametrize("text, kind, number", [
    (b"1LL", NumberKind.INT64, 1), (b"0xffULL", NumberKind.UINT64, 255),
    (b"18446744073709551615ull", NumberKind.UINT64, 2 ** 64 - 1),
    (b"00012lL", NumberKind.INT64, 12), (b"0b11llu", NumberKind.UINT64, 3),
    (b"9223372036854775808LL", NumberKind.INT64, 2 ** 63),
    (b"0x1p4i", NumberKind.IMAGINARY, bits_of(16.0)), (b"1.5I", NumberKind.IMAGINARY, bits_of(1.5)),
    (b"1e5", NumberKind.INT, 100000), (b".5", NumberKind.DOUBLE, bits_of(0.5)),
    (b"0x7fffffff", NumberKind.INT, 2 ** 31 - 1), (b"08", NumberKind.INT, 8)])
def test_literals(text: bytes, kind: int, number: int):
    assert parse_literal(text) == (kind, number)


@pytest.mark.parametrize("text", [
    b"18446744073709551616LL", b"0x10000000000000000LL", b"1.0LL", b"1.LL", b"1e5LL", b"0x1p4LL",
    b"1L", b"1u", b"1LLi", b"1lul", b"0xi", b" 1", b"1 ", b"-1", b"+1", b"inf", b"nan", b"",
    b"0b102", b"1e", b"99999999999999999999ULL", b"3..", b"1infinity"])
def test_what_is_no_literal(text: bytes):
    assert parse_literal(text) == (NumberKind.NONE, 0)


BASES = [
    ("ff", 16), ("0xFf", 16), ("-0Xff", 16), ("+zz", 36), (" 11 ", 2), ("12", 2), ("0b11", 2),
    ("", 16), ("-", 16), ("- 1", 2), ("0x", 16), ("0x", 36), ("0x0x1", 16), ("1e5", 16), ("8", 8),
    ("10", 16), ("1.5", 10), ("1e5", 10), ("0x10", 10), ("f" * 16, 16), ("1" + "0" * 16, 16),
    ("-" + "f" * 20, 16), ("z" * 14, 36), ("zzzzzzzzzzzzz", 36), ("-80000000", 16), ("-0", 16),
    ("0" * 99 + "1", 2), ("1" * 65, 2), ("11\0zz", 2), ("\0" + "11", 2), ("f f", 16), ("inf", 36),
    ("20000000000001", 16), ("20000000000003", 16), ("7777777777777777777777", 8)]


def test_bases_as_luajit_has_them():
    script = "".join(
        f"n = tonumber({lua_string(text.encode())}, {base})"
        " print(n and string.format('%a', n))\n" for text, base in BASES)
    for (text, base), line in zip(BASES, luajit(script), strict=True):
        got = value(parse_integer_base(text.encode(), base))
        assert (got is None) == (line == "nil"), (text, base, got, line)
        assert got is None or bits_of(float(got)) == bits_of(float.fromhex(line)), (text, base)


@settings(deadline=None)
@given(st.integers(-2 ** 66, 2 ** 66), st.integers(2, 36).filter(lambda base: base != 10))
def test_any_base(n: int, base: int):
    digits = ""
    left = abs(n)
    while left or not digits:
        left, digit = divmod(left, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    want = min(abs(n), 2 ** 64 - 1) * (-1 if n < 0 else 1)
    got = value(parse_integer_base((("-" if n < 0 else "") + digits).encode(), base))
    assert got == float(want) and isinstance(got, int) == (-2 ** 31 <= want < 2 ** 31)


def test_a_base_out_of_range_panics():
    for base in (0, 1, 37):
        with pytest.raises(Panic, match="base"):
            parse_integer_base(b"1", base)
