"""Integers by C's conversions, against the C library."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua.vm.numbers.test_float_format import FLAGS, c_format, flag_sets, precisions, widths
from wrought.lang.build.errors import Panic
from wrought.lua.vm.numbers.format import format_int
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.numbers.integer_format import format_integer
from wrought.lua.vm.numbers.spec import BUFFER, NumberFormat

LIBC = ctypes.CDLL(None)
WORD = 2 ** 64

integers = st.one_of(st.integers(0, WORD - 1), st.integers(-1000, 1000).map(lambda n: n % WORD),
                     st.sampled_from([0, 2 ** 63, 2 ** 63 - 1, WORD - 1, 10 ** 19, 10 ** 19 - 1]))


def formatted(n: int, conversion: str, flags: str, width: int, precision: int) -> str:
    out = bytearray(BUFFER)
    spec = NumberFormat(ord(conversion), sum(FLAGS[flag] for flag in flags), width, precision)
    return out[:format_integer(out, spec, n)].decode()


@settings(deadline=None, max_examples=2000)
@given(integers, st.sampled_from("diuoxX"), flag_sets, widths, precisions)
def test_as_the_c_library(n: int, conversion: str, flags: str, width: int, precision: int):
    buffer = ctypes.create_string_buffer(BUFFER)
    text = c_format(flags, width, precision, "ll" + conversion)
    LIBC.snprintf(buffer, BUFFER, text.encode(), ctypes.c_uint64(n))
    assert formatted(n, conversion, flags, width, precision) == buffer.value.decode()


def test_zero_without_digits():
    assert formatted(0, "d", "+", 3, 0) == "  +"
    assert formatted(0, "o", "#", 0, 0) == "0"
    assert formatted(0, "x", "#", 0, 0) == ""


@given(st.integers(-2 ** 63, 2 ** 63 - 1))
@settings(deadline=None)
def test_plain(n: int):
    out = bytearray(NUMBER_BUFFER)
    assert out[:format_int(out, n)].decode() == str(n)


def test_powers_of_ten():
    for k in range(19):
        for n in (10 ** k - 1, 10 ** k, -10 ** k):
            out = bytearray(NUMBER_BUFFER)
            assert out[:format_int(out, n)].decode() == str(n)


def test_too_large_a_precision_panics():
    with pytest.raises(Panic, match="the caller has checked them"):
        formatted(1, "d", "", 0, 100)
