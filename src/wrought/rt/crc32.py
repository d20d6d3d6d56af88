"""CRC-32 as gzip, Ethernet and many more use it (RFC 1952, chapter 8)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Slice, u8, u32, u64
from wrought.lang.core.static import constant

POLYNOMIAL = 0xEDB8_8320
STEP = 4
"""Bytes taken at once."""


def tables() -> list[int]:
    """Table k gives the remainder of a byte that k zero bytes follow."""
    first = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (POLYNOMIAL if byte & 1 else 0)
        first.append(byte)
    made = [first]
    while len(made) < STEP:
        made.append([value >> 8 ^ first[value & 255] for value in made[-1]])
    return [value for table in made for value in table]


TABLES = constant(Array[u32, 256 * STEP], tables())


@fn
def crc32(data: Slice[u8], before: u32) -> u32:
    """The checksum of `data`, behind bytes whose checksum is `before`; 0 for none."""
    crc = ~before
    whole = len(data) & ~u64(STEP - 1)
    at: u64 = 0
    while at < whole:
        b = data[at:at + STEP]
        x = crc ^ (u32(b[0]) | u32(b[1]) << 8 | u32(b[2]) << 16 | u32(b[3]) << 24)
        crc = (TABLES[768 + (x & 255)] ^ TABLES[512 + (x >> 8 & 255)]
               ^ TABLES[256 + (x >> 16 & 255)] ^ TABLES[x >> 24])
        at += STEP
    for byte in data[whole:]:
        crc = crc >> 8 ^ TABLES[(crc ^ byte) & 255]
    return ~crc
