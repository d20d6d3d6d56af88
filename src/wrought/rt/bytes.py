"""Comparing and searching byte strings."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Slice, u8, u32, u64

ABSENT = 0xFFFF_FFFF_FFFF_FFFF
"""No position."""


@fn
def equal(a: Slice[u8], b: Slice[u8]) -> bool:
    """Whether both hold the same bytes."""
    return len(a) == len(b) and starts_with(a, b)


@fn
def starts_with(text: Slice[u8], head: Slice[u8]) -> bool:
    """Whether `text` begins with `head`."""
    if len(head) > len(text):
        return False
    for i in range(len(head)):
        if text[i] != head[i]:
            return False
    return True


@fn
def find_byte(text: Slice[u8], byte: u8, start: u64) -> u64:
    """Position of the first `byte` from `start` on, or ABSENT."""
    for i in range(start, len(text)):
        if text[i] == byte:
            return i
    return ABSENT


@fn
def find(text: Slice[u8], part: Slice[u8], start: u64) -> u64:
    """Position of the first `part` from `start` on, or ABSENT; O(len(text) * len(part))."""
    at = start
    while at <= len(text) and len(part) <= len(text) - at:
        if starts_with(text[at:], part):
            return at
        at += 1
    return ABSENT


@fn
def be32(text: Slice[u8], at: u64) -> u32:
    """The big-endian word at `at`; a panic where it is not inside."""
    b = text[at:at + 4]
    return u32(b[0]) << 24 | u32(b[1]) << 16 | u32(b[2]) << 8 | u32(b[3])
