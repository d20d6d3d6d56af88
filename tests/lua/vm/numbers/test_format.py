"""`tostring` and the shortest texts, against LuaJIT, Python's repr and long arithmetic."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Context, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lua.vm.numbers.doubles import HARD, bits_of, finite, luajit, random_doubles
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u64
from wrought.lua.vm.numbers.digits import Digits, leading_digits, normalised, scaled
from wrought.lua.vm.numbers.double import is_finite, to_int32
from wrought.lua.vm.numbers.exact import exact_digits, round_digits
from wrought.lua.vm.numbers.format import format_number, format_shortest
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.numbers.parse import NumberKind, parse_number
from wrought.lua.vm.numbers.scan import read_integer


def shown(x: float) -> str:
    out = bytearray(NUMBER_BUFFER)
    return out[:format_number(out, bits_of(x))].decode()


def shortest(x: float) -> str:
    out = bytearray(NUMBER_BUFFER)
    return out[:format_shortest(out, bits_of(x))].decode()


def test_tostring_as_luajit_has_it():
    numbers = [*HARD, *random_doubles(1000, seed=5), float("inf"), float("-inf")]
    numbers += [-x for x in HARD]
    script = "".join(f"print({x.hex() if x - x == 0 else f'{x}'.replace('inf', '1/0')})\n"
                     for x in numbers)
    for x, want in zip(numbers, luajit(script), strict=True):
        assert shown(x) == want, x.hex()


def test_nan_has_no_sign():
    out = bytearray(NUMBER_BUFFER)
    for bits in (0x7FF8 << 48, 0xFFF8 << 48, 0x7FF0_0000_0000_0001):
        assert out[:format_number(out, bits)] == b"nan"
        assert out[:format_shortest(out, bits)] == b"nan"


@settings(deadline=None, max_examples=1000)
@given(finite)
def test_tostring_is_14_digits_with_ties_away(x: float):
    rounded = Context(prec=14, rounding=ROUND_HALF_UP).plus(Decimal(x))
    assert shown(x) == (f"{float(rounded):.14g}" if x != 0 else f"{x:g}")


def layout(x: float) -> str:
    """The digits of Python's repr laid out as `%.17g` does."""
    sign, digits, exponent = Decimal(repr(x)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    first = len(text) - 1 + exponent if x != 0 else 0
    if -4 <= first < 17:
        body = f"{Decimal(repr(x)):f}"
        body = (body.rstrip("0").rstrip(".") if "." in body else body).lstrip("-")
    else:
        body = text[0] + ("." + text[1:] if text[1:] else "") + f"e{first:+03}"
    return ("-" if sign else "") + body


@settings(deadline=None, max_examples=1000)
@given(st.one_of(finite, st.integers(-1074, 1023).map(lambda e: 2.0 ** e)))
def test_shortest_as_repr(x: float):
    assert shortest(x) == layout(x)


def test_shortest_of_hard_and_random_numbers():
    for x in [*HARD, *random_doubles(2000, seed=6)]:
        assert shortest(x) == layout(x)
    assert shortest(float("-inf")) == "-inf"


def test_powers_of_two_and_ten_and_their_neighbours():
    for e in range(-1074, 1024):
        assert shortest(2.0 ** e) == layout(2.0 ** e)
    for k in range(-323, 309):
        x = float(f"1e{k}")
        assert shortest(x) == layout(x) and shown(x) == f"{x:.14g}"


@fn
def reads_back(numbers: Slice[u64]) -> u64:
    """The first number whose shortest text is read as another one; their count if there is none."""
    out = zeroed(Array[u8, NUMBER_BUFFER])
    for i in range(len(numbers)):
        bits = numbers[i]
        if not is_finite(bits):
            continue
        kind, back = parse_number(out[:format_shortest(out, bits)])
        integer, fits = to_int32(bits)
        right = bitcast(u64, i64(integer)) if fits else bits
        if kind != (NumberKind.INT if fits else NumberKind.DOUBLE) or back != right:
            return i
    return len(numbers)


@fn
def differs(bits: u64, count: u64, even: bool) -> bool:
    """Whether the fast way to significant digits or to places is decided and not the exact one."""
    d = zeroed(Digits)
    n, exponent, decided = leading_digits(bits, count, even)
    exact_digits(addr_of(d), bits, exponent - bitcast(i64, count) - 1)
    round_digits(addr_of(d), bitcast(i64, count), even)
    if decided and (d.exponent != exponent or padded(addr_of(d), count) != n):
        return True
    m, e = normalised(bits)
    places = bitcast(i64, count) - 3
    n, decided = scaled(m, e, places, even)
    exact_digits(addr_of(d), bits, -places - 1)
    round_digits(addr_of(d), d.exponent + 1 + places, even)
    if not decided:
        return False
    if n == 0:
        return d.count != 0 or d.exponent != 0
    return padded(addr_of(d), bitcast(u64, d.exponent + 1 + places)) != n


@fn
def padded(d: Ptr[Digits], count: u64) -> u64:
    """The digits as an integer, with zeros up to `count` of them."""
    value, _, _ = read_integer(d.shown(), 10)
    for _ in range(d.count, count):
        value *= 10
    return value


@fn
def fast_differs(numbers: Slice[u64]) -> u64:
    """The first number where the fast way is wrong; their count if there is none."""
    for i in range(len(numbers)):
        if is_finite(numbers[i]) and numbers[i] << 1 != 0:
            for count in range(u64(1), 18):
                if differs(numbers[i], count, False) or differs(numbers[i], count, True):
                    return i
    return len(numbers)


def patterns(count: int, seed: int) -> list[int]:
    chance = random.Random(seed)
    whole = [chance.getrandbits(64) for _ in range(count)]
    return whole + [bits_of(x) for x in [*HARD, *random_doubles(count // 4, seed)]]


def test_random_integers_and_decimals_of_every_length():
    chance = random.Random(9)
    for digits in range(1, 18):
        for _ in range(100):
            n = chance.randrange(10 ** (digits - 1), 10 ** digits)
            for places in range(22):
                x = -n / 10 ** places
                assert shortest(x) == layout(x)


def test_shortest_texts_read_back():
    numbers = patterns(50_000, seed=7)
    first = reads_back(numbers)
    assert first == len(numbers), hex(numbers[first])


def test_the_fast_way_gives_the_exact_digits():
    numbers = patterns(4_000, seed=8)
    first = fast_differs(numbers)
    assert first == len(numbers), hex(numbers[first])
