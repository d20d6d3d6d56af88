"""DEFLATE and gzip against Python's zlib: what it makes, and what it refuses."""

from __future__ import annotations

import gzip
import random
import zlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.crc32 import crc32
from wrought.rt.inflate import Inflated, Inflater, gunzip


@struct
class Pieces:
    """Output in pieces of `each` bytes, the last cut off."""

    memory: Slice[u8]
    each: u64

    def piece(self, at: u64) -> Slice[u8]:
        """From byte `at` on."""
        if at >= len(self.memory):
            return self.memory[:0]
        return self.memory[at:min(at // self.each * self.each + self.each, len(self.memory))]


@fn
def unpack(z: Ptr[Inflater[Pieces]], data: Slice[u8], memory: Slice[u8], each: u64
           ) -> tuple[Inflated, u64]:
    """How it ended, and bytes of output."""
    out = Pieces(memory, each)
    result = gunzip(z, data, addr_of(out))
    return result, z.total()


Z = Inflater[Pieces]


def ours(data: bytes, room: int, each: int = 1 << 20) -> tuple[int, bytes]:
    memory = bytearray(b"?" * room)
    result, size = unpack(Z(), data, memory, each)
    assert size <= room
    return int(result), bytes(memory[:size])


def zlibs(data: bytes, room: int) -> bytes | None:
    """What zlib makes of a file of one member with nothing behind it."""
    machine = zlib.decompressobj(31)
    try:
        made = machine.decompress(data, room + 1)
        if machine.unconsumed_tail or len(made) > room or not machine.eof:
            return None
    except zlib.error:
        return None
    return None if machine.unused_data else made


def file(data: bytes, level: int, strategy: int = 0, window: int = 31) -> bytes:
    made = zlib.compressobj(level, zlib.DEFLATED, window, 9, strategy)
    return made.compress(data) + made.flush()


texts = st.one_of(
    st.binary(max_size=3000),
    st.lists(st.sampled_from([b"a", b"ab", b"the ", b"hypervisor", bytes(300), b"\xff\0"]),
             max_size=300).map(b"".join))
pieces = st.sampled_from([1, 2, 7, 64, 4096, 1 << 20])


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(0, 9), st.integers(0, 4), st.integers(25, 31), pieces)
def test_unpacks_what_zlib_packs(data: bytes, level: int, strategy: int, window: int, each: int):
    packed = file(data, level, strategy, window)
    assert ours(packed, len(data), each) == (Inflated.OK, data)


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(0, 9), st.integers(0, 4), st.data())
def test_damaged_files_are_refused_as_zlib_does(data: bytes, level: int, strategy: int, more: Any):
    packed = bytearray(file(data, level, strategy))
    for _ in range(more.draw(st.integers(1, 3))):
        packed[more.draw(st.integers(0, len(packed) - 1))] ^= more.draw(st.integers(1, 255))
    result, made = ours(bytes(packed), 1 << 16, more.draw(pieces))
    wanted = zlibs(bytes(packed), 1 << 16)
    assert (made if result == Inflated.OK else None) == wanted


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
@example(bytes([0b101, 0]) + bytes(40))
def test_arbitrary_blocks(blocks: bytes):
    """Streams that no compressor makes; the checksum is never right, so the output is compared."""
    head = b"\x1f\x8b\x08" + bytes(7)
    result, made = ours(head + blocks, 1 << 16, 4096)
    machine = zlib.decompressobj(-15)
    try:
        wanted = machine.decompress(blocks, 1 << 16)
        ended = machine.eof
    except zlib.error:
        assert result in (Inflated.DAMAGED, Inflated.TRUNCATED)
        return
    if result != Inflated.NO_ROOM:
        assert made[:len(wanted)] == wanted
        assert result != Inflated.DAMAGED
        assert (result == Inflated.TRUNCATED and not ended) or ended


@settings(max_examples=100, deadline=None)
@given(texts.filter(bool), st.integers(0, 9), st.data())
def test_truncated_files(data: bytes, level: int, more: Any):
    packed = file(data, level)
    cut = more.draw(st.integers(0, len(packed) - 1))
    result, made = ours(packed[:cut], len(data))
    assert result == (Inflated.NOT_GZIP if cut < 10 else Inflated.TRUNCATED)
    assert data.startswith(made)


@settings(max_examples=100, deadline=None)
@given(texts.filter(bool), st.integers(0, 9), pieces, st.data())
def test_too_little_room(data: bytes, level: int, each: int, more: Any):
    room = more.draw(st.integers(0, len(data) - 1))
    assert ours(file(data, level), room, each) == (Inflated.NO_ROOM, data[:room])


def test_headers():
    """All the optional parts, and what is unknown."""
    raw = zlib.compress(b"contents", 9)[2:-4]
    tail = zlib.crc32(b"contents").to_bytes(4, "little") + (8).to_bytes(4, "little")
    parts = {4: b"\x03\0abc", 8: b"name\0", 16: b"a comment\0", 2: b"\x12\x34"}
    for flags in range(32):
        optional = b"".join(part for flag, part in parts.items() if flags & flag)
        head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + optional
        assert ours(head + raw + tail, 8) == (Inflated.OK, b"contents")
        for cut in range(len(head)):
            assert ours(head[:cut], 8)[0] == Inflated.NOT_GZIP
    for broken in (b"\x1f\x8b\x07" + bytes(7), b"\x1f\x8b\x08\x20" + bytes(6), b"\x1f\x8c"):
        assert ours(broken + raw + tail, 8)[0] == Inflated.NOT_GZIP


@pytest.mark.parametrize("at", [-8, -4])
def test_checks(at: int):
    """CRC and length, and a second member."""
    packed = bytearray(gzip.compress(b"contents" * 50))
    assert ours(bytes(packed + packed), 1000)[0] == Inflated.BAD_CHECK
    packed[at] ^= 1
    assert ours(bytes(packed), 1000)[0] == Inflated.BAD_CHECK


def test_far_matches():
    """Distances up to 32 KB, over borders of pieces."""
    noise = random.Random(1).randbytes(32700)
    data = noise + noise[:300] + noise[100:20000] + b"x" * 70000
    for each in (4096, 1000, 1 << 20):
        assert ours(file(data, 9), len(data), each) == (Inflated.OK, data)


@given(st.binary(), st.binary())
def test_crc(first: bytes, second: bytes):
    assert crc32(second, crc32(first, 0)) == zlib.crc32(first + second)
