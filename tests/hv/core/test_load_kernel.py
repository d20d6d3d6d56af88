"""Kernels in domains' memory: raw and gzip'd, whole and damaged."""

from __future__ import annotations

import gzip
import random
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.build_world import RAM0, SIZE, BuildWorld
from hv.core.machine import Ram

FINE = "built"
BAD = "its kernel is neither an arm64 Image nor a gzip of one"
TOO_LARGE = "kernel and ramdisk do not fit into its memory"


@pytest.fixture(scope="module")
def ram() -> Ram:
    return Ram(SIZE)


def kernel(size: int, memory: int | None = None, offset: int = 0) -> bytes:
    """An Image of `size` bytes that are not all alike."""
    header = struct.pack("<IIQQQ", 0, 0, offset, size if memory is None else memory, 0)
    rest = random.Random(size).randbytes(size // 2) + bytes(size)
    return (header.ljust(56, b"\0") + b"ARM\x64" + bytes(4) + rest)[:size]


def build(ram: Ram, data: bytes) -> tuple[str, BuildWorld]:
    world = BuildWorld(ram)
    world.domain("one", data)
    return world.build()[0], world


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("offset", [0, 0x8_0000])
def test_a_kernel_lies_where_its_header_wants_it(ram: Ram, pack: Any, offset: int):
    data = kernel(5 << 20, 6 << 20, offset)
    result, world = build(ram, pack(data))
    assert result == FINE
    assert world.of(1).entry == RAM0 + offset
    assert world.read(1, RAM0 + offset, len(data)) == data


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_zeroed_data_counts(ram: Ram, pack: Any):
    assert build(ram, pack(kernel(100_000, 15 << 20)))[0] == TOO_LARGE
    assert build(ram, pack(kernel(100_000, 9 << 20)))[0] == FINE


def test_old_headers_say_no_size(ram: Ram):
    data = kernel(5 << 20, 0)
    for packed in (data, gzip.compress(data)):
        result, world = build(ram, packed)
        assert result == FINE
        assert world.read(1, RAM0 + 0x8_0000, len(data)) == data


def test_a_length_that_is_a_lie(ram: Ram):
    """ISIZE, by which it is placed."""
    good = gzip.compress(kernel(200_000))
    for size, result in ((199_999, BAD), (200_001, BAD), (0, BAD), (1 << 31, TOO_LARGE)):
        assert build(ram, good[:-4] + struct.pack("<I", size))[0] == result


def test_what_is_no_kernel(ram: Ram):
    for data in (b"", b"\x1f\x8b", bytes(100), gzip.compress(b""), gzip.compress(bytes(5000)),
                 gzip.compress(kernel(60)), gzip.compress(gzip.compress(kernel(5000)))):
        assert build(ram, data or b"\0")[0] == BAD


GOOD = gzip.compress(kernel(20_000))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 9), st.integers(1, 255), st.booleans())
def test_damage_is_found(ram: Ram, at: int, change: int, cut: bool):
    """A changed byte before the length; one in the header's time or system says nothing."""
    damaged = bytearray(GOOD)
    damaged[at] ^= change
    result, world = build(ram, bytes(damaged[:at] if cut else damaged))
    if result == FINE:
        assert not cut and 3 <= at < 10
        assert world.read(1, RAM0, 20_000) == kernel(20_000)
    else:
        assert result in (BAD, TOO_LARGE)
