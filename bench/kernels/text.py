"""Kernels over bytes: scanning, a checksum, a parser."""

from __future__ import annotations

from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Array, Slice, u8, u32, u64
from wrought.lang.core.static import constant

POLYNOMIAL = 0xEDB88320


def _crc_row(n: int) -> int:
    for _ in range(8):
        n = n >> 1 ^ (POLYNOMIAL if n & 1 else 0)
    return n


CRC_TABLE = constant(Array[u32, 256], [_crc_row(n) for n in range(256)])
NEWLINE, ZERO, NINE = b"\n09"


@export
@fn
def string_scan(text: Slice[u8], wanted: u8) -> u64:
    """The place of the first `wanted`, or the length."""
    for i, byte in enumerate(text):
        if byte == wanted:
            return i
    return len(text)


@export
@fn
def crc32(data: Slice[u8]) -> u64:
    """CRC-32 as Ethernet and zlib have it, a byte at a time."""
    crc: u32 = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 255]
    return ~crc


@export
@fn
def byte_parser(text: Slice[u8]) -> u64:
    """The sum of the decimal numbers in a text, each with its line's number."""
    total: u64 = 0
    line: u64 = 1
    at: u64 = 0
    while at < len(text):
        c = text[at]
        at += 1
        if c == NEWLINE:
            line += 1
        elif ZERO <= c <= NINE:
            value: u64 = c - ZERO
            while at < len(text) and ZERO <= text[at] <= NINE:
                value = value * 10 + (text[at] - ZERO)
                at += 1
            total += value * line
    return total


@export
@fn
def edit_distance(a: Slice[u8], b: Slice[u8], row: Slice[u32]) -> u64:
    """Levenshtein's distance; `row` has a place more than `b` has bytes.

    The slice before the loop is checked once, so that nothing is left to check inside.
    """
    for j in range(len(row)):
        row[j] = trunc(u32, j)
    cells = row[1:len(b) + 1]
    for i, x in enumerate(a):
        diagonal = trunc(u32, i)
        left = diagonal + 1
        for j, y in enumerate(b):
            above = cells[j]
            change = diagonal + u32(x != y)
            left = min(change, min(left, above) + 1)
            diagonal = above
            cells[j] = left
    return row[len(b)]
