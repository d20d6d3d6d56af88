"""Doubles that are hard to read and write, and what Lua's peer makes of texts."""

from __future__ import annotations

import random
import struct

from hypothesis import strategies as st

from lua.engines import oracle

SIGN = 1 << 63


def bits_of(x: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double_of(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def random_doubles(count: int, seed: int) -> list[float]:
    """Random bit patterns that are finite, as many again of everyday size, and integers."""
    chance = random.Random(seed)
    found = []
    while len(found) < count:
        x = double_of(chance.getrandbits(64))
        if x - x == 0:
            found.append(x)
    for _ in range(count):
        found.append(round(chance.uniform(-1e6, 1e6), chance.randrange(8)))
        found.append(chance.random() * 10.0 ** chance.randrange(-6, 20))
        found.append(float(chance.getrandbits(chance.randrange(1, 64))))
    return found


HARD = [
    0.0, -0.0, 5e-324, 1e-323, 2.2250738585072014e-308, 2.2250738585072009e-308, 1e-310,
    1.7976931348623157e308, 8.98846567431158e307, 1e308, 1e22, 1e23, 9007199254740993.0,
    9007199254740991.0, 2.0 ** 63, 2.0 ** 64, 2.0 ** 1023, 2.0 ** -1022, 0.1, 0.3, 1 / 3, 2 / 3,
    0.5, 1.5, 2.5, 0.125, 12345678901234.5, 12345678901235.5, 99999999999999.5, 999999999999999.5,
    123456789012345.0, 99999999999999.0, 1e14, 1e15, 1e-4, 1e-5, 9.9999999999999995e-5,
    9.5e-5, 9.5, 99.5, 0.95, 0.05, 0.25, 0.75, 4.35, 2.675, 1.005, 5.0e-5, 9.4e-320,
    6.0221407599999999e23, 299792458.0, 2147483647.0, -2147483648.0, 4294967296.0,
    9.5367431640625e-7, 4.4501477170144028e-308, 5.8749003789532e+303, 7.2057594037927933e16]
"""Limits, ties, neighbours of powers of ten and two."""

finite = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(HARD),
    st.integers(0, 2 ** 63).map(float),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float).filter(
        lambda x: x - x == 0))


def luajit(script: str) -> list[str]:
    """The lines that the distribution's LuaJIT prints; where it is missing, that is an error."""
    done = oracle().run_text(script.encode("latin-1"))
    assert done.code == 0, done.stderr
    return done.stdout.decode("latin-1").splitlines()


def lua_string(text: bytes) -> str:
    """A Lua literal of these bytes."""
    return '"' + "".join(f"\\{c:03}" for c in text) + '"'
