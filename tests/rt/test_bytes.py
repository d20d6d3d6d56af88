"""Byte strings, SipHash, and the memory functions, against Python's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.lang.build.errors import Panic
from wrought.rt.bytes import ABSENT, be32, equal, find, find_byte, starts_with
from wrought.rt.hash import siphash
from wrought.rt.mem import memcmp, memcpy, memmove, memset

LETTERS = st.text("ab", max_size=12).map(str.encode)


@settings(deadline=None)
@given(LETTERS, LETTERS)
def test_comparing(a: bytes, b: bytes):
    assert equal(a, b) == (a == b)
    assert equal(a, bytes(a))
    assert starts_with(a, b) == a.startswith(b)


@settings(deadline=None)
@given(LETTERS, LETTERS, st.integers(0, 14))
def test_searching(text: bytes, part: bytes, start: int):
    want = text.find(part, start)
    assert find(text, part, start) == (ABSENT if want < 0 else want)
    want = text.find(b"b", start)
    assert find_byte(text, ord("b"), start) == (ABSENT if want < 0 else want)


def test_big_endian():
    assert be32(b"\1\2\3\4\5", 1) == 0x02030405
    with pytest.raises(Panic):
        be32(b"\1\2\3\4\5", 2)


VECTORS = {0: 0x726FDB47DD0E0E31, 1: 0x74F839C593DC67FD, 7: 0xAB0200F58B01D137,
           8: 0x93F5F5799A932462, 15: 0xA129CA6149BE45E5, 63: 0x958A324CEB064572}
"""The authors' test vectors: length of the message 00 01 02 … to hash, key 00 … 0f."""


@pytest.mark.parametrize("n", VECTORS)
def test_siphash(n: int):
    assert siphash(0x0706050403020100, 0x0F0E0D0C0B0A0908, bytes(range(n))) == VECTORS[n]


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(0, 20), st.integers(0, 20), st.data())
def test_memory(content: bytes, a: int, b: int, data: st.DataObject):
    """Copies at any distance, also overlapping, as slices of a bytearray do them."""
    size = len(content)
    a, b = min(a, size), min(b, size)
    n = data.draw(st.integers(0, size - max(a, b)))
    buffer, want = bytearray(content + b"\0"), bytearray(content + b"\0")
    moved = memoryview(buffer)
    memmove(moved[b:], moved[a:], n)
    want[b:b + n] = bytes(want[a:a + n])
    assert buffer == want
    other = bytearray(size + 1)
    memcpy(other, buffer, size)
    assert other[:size] == buffer[:size]
    memset(memoryview(buffer)[b:], 0x1AB, n)
    want[b:b + n] = b"\xab" * n
    assert buffer == want


@settings(deadline=None)
@given(LETTERS, LETTERS)
def test_memcmp(a: bytes, b: bytes):
    n = min(len(a), len(b))
    got = memcmp(a + b"\0", b + b"\0", n)
    assert (got > 0) - (got < 0) == (a[:n] > b[:n]) - (a[:n] < b[:n])
