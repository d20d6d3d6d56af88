"""Doubles by C's conversions, against Python's exact formatting, the C library and LuaJIT."""

from __future__ import annotations

import ctypes
import random
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua.vm.numbers.doubles import HARD, bits_of, finite, luajit, random_doubles
from wrought.lang.build.errors import Panic
from wrought.lua.vm.numbers.float_format import format_double
from wrought.lua.vm.numbers.spec import (
    ALTERNATE,
    BUFFER,
    HALF_EVEN,
    LEFT,
    PLUS,
    SPACE,
    ZERO,
    NumberFormat,
)

FLAGS = {"-": LEFT, "+": PLUS, " ": SPACE, "#": ALTERNATE, "0": ZERO}
LIBC = ctypes.CDLL(None)


def formatted(x: float, conversion: str, flags: str = "", width: int = 0, precision: int = -1,
              even: bool = True) -> str:
    """What `format_double` writes."""
    bits = HALF_EVEN if even else 0
    for flag in flags:
        bits |= FLAGS[flag]
    out = bytearray(BUFFER)
    spec = NumberFormat(ord(conversion), bits, width, precision)
    length = format_double(out, spec, bits_of(x))
    return out[:length].decode()


def c_format(flags: str, width: int, precision: int, conversion: str) -> str:
    """A conversion as C and Python write it."""
    return f"%{flags}{width or ''}{'' if precision < 0 else f'.{precision}'}{conversion}"


flag_sets = st.sets(st.sampled_from("-+ #0")).map("".join)
widths = st.one_of(st.just(0), st.integers(1, 99))
precisions = st.one_of(st.just(-1), st.integers(0, 20), st.integers(0, 99))


@settings(deadline=None, max_examples=2000)
@given(finite, st.sampled_from("eEfFgG"), flag_sets, widths, precisions)
def test_as_python(x: float, conversion: str, flags: str, width: int, precision: int):
    got = formatted(x, conversion, flags, width, precision)
    assert got == c_format(flags, width, precision, conversion) % x


@pytest.mark.parametrize("conversion", "efg")
def test_every_precision_of_hard_numbers(conversion: str):
    for x in HARD:
        for precision in range(100):
            assert formatted(x, conversion, "#", 0, precision) == f"%#.{precision}{conversion}" % x


def test_random_bit_patterns():
    for x in random_doubles(1500, seed=2):
        for text in (".0e", ".2f", ".6f", ".14g", ".16e", ".17g", ".3g", ".25e"):
            precision, conversion = int(text[1:-1]), text[-1]
            assert formatted(x, conversion, "", 0, precision) == f"%{text}" % x


def half_up(x: float, conversion: str, precision: int) -> str:
    """`%e` or `%f` with ties away from zero."""
    with localcontext() as context:
        context.prec = 1500
        exact = Decimal(x)
        place = -precision if conversion == "f" else exact.adjusted() - precision
        rounded = exact.quantize(Decimal(1).scaleb(place), rounding=ROUND_HALF_UP)
        if conversion == "f":
            return f"{rounded:.{precision}f}"
        mantissa, exponent = f"{rounded:.{precision}e}".split("e")
        return f"{mantissa}e{int(exponent):+03}"


@settings(deadline=None, max_examples=500)
@given(st.one_of(finite, st.integers(-2 ** 20, 2 ** 20).map(lambda n: n / 256)),
       st.sampled_from("ef"), st.integers(0, 30))
def test_ties_go_up_without_the_flag(x: float, conversion: str, precision: int):
    if x != 0:
        got = formatted(x, conversion, "", 0, precision, even=False)
        assert got == half_up(x, conversion, precision)


def test_ties():
    assert [formatted(x, "f", precision=0) for x in (0.5, 1.5, 2.5, 0.25)] == ["0", "2", "2", "0"]
    assert [formatted(x, "f", precision=0, even=False) for x in (0.5, 1.5, 2.5, -0.5)] == [
        "1", "2", "3", "-1"]
    assert formatted(12345678901234.5, "g", precision=14, even=False) == "12345678901235"
    assert formatted(0.5 + 2.0 ** -53, "f", precision=0) == "1"
    assert formatted(123456789012345678901.0 * 4 + 2.0 ** 17, "e", precision=18) == \
        f"{123456789012345678901.0 * 4 + 2.0 ** 17:.18e}"


@settings(deadline=None, max_examples=500)
@given(finite.filter(lambda x: x == 0 or abs(x) >= 2.0 ** -1022), st.sampled_from("aA"), flag_sets,
       widths, precisions)
def test_hexadecimal_as_the_c_library(x: float, conversion: str, flags: str, width: int,
                                      precision: int):
    buffer = ctypes.create_string_buffer(BUFFER)
    text = c_format(flags, width, precision, conversion)
    LIBC.snprintf(buffer, BUFFER, text.encode(), ctypes.c_double(x))
    assert formatted(x, conversion, flags, width, precision) == buffer.value.decode()


def lua_number(x: float) -> str:
    if x != x:
        return "0/0"
    return f"{'-' if x < 0 else ''}1/0" if x in (float("inf"), float("-inf")) else x.hex()


def as_luajit(cases: list[tuple[float, str, str, int, int]]) -> None:
    """All cases (number, conversion, flags, width, precision) come out as LuaJIT prints them."""
    script = "".join(
        f"print((string.format('{c_format(flags, width, precision, conversion)}',"
        f" {lua_number(x)})))\n" for x, conversion, flags, width, precision in cases)
    for case, want in zip(cases, luajit(script), strict=True):
        assert formatted(*case, even=False) == want, case


def test_random_formats_as_luajit_has_them():
    chance = random.Random(3)
    numbers = [*HARD, *random_doubles(300, seed=4), float("inf"), float("-inf"), float("nan")]
    as_luajit([(x, chance.choice("eEfFgGaA"), "".join(chance.sample("-+ #0", chance.randrange(4))),
                chance.choice((0, 0, 5, 20, 99)), chance.choice((-1, 0, 1, 2, 3, 10, 14, 17, 40,
                99)))
               for x in numbers for _ in range(4)])


def test_infinite_and_nan_as_luajit_has_them():
    as_luajit([(x, conversion, flags, width, -1)
               for x in (float("inf"), float("-inf"), float("nan"))
               for conversion in "eEfFgGaA" for flags in ("", "+", " ", "0", "-", "+0", "#", "- ")
               for width in (0, 10)])


def test_the_longest_fit():
    for x in (-1.7976931348623157e308, -5e-324):
        for conversion in "efga":
            assert len(formatted(x, conversion, "#+", 99, 99)) <= 410
    assert len(formatted(-1.7976931348623157e308, "f", "", 0, 99)) == 410


def test_what_the_caller_has_to_check_panics():
    with pytest.raises(Panic, match="the caller has checked them"):
        formatted(1.0, "f", precision=100)
    with pytest.raises(Panic, match="the caller has checked them"):
        formatted(1.0, "f", width=100)
    with pytest.raises(Panic, match="too small"):
        format_double(bytearray(BUFFER - 1), NumberFormat(ord("f"), 0, 0, 1), 0)
