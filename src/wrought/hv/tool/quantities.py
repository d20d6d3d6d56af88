"""Sizes and address ranges as people write them: "256 MiB", "0x60000000 + 64 MiB"."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

UNITS = {"": 1, "b": 1, "kib": 1 << 10, "k": 1 << 10, "mib": 1 << 20, "m": 1 << 20,
         "gib": 1 << 30, "g": 1 << 30}
PAGE = 4096
LIMIT = 1 << 48
"""Addresses and sizes are below this: the largest output address without LPA (Arm ARM, D8.2)."""
SIZE_FORM = '"256 MiB", "1 GiB", "64 KiB", or a number of bytes such as 0x1000_0000'
RANGE_FORM = '"0x60000000 + 64 MiB" or "0x60000000-0x64000000"'


class Range(NamedTuple):
    """Bytes of memory from `start` on."""

    start: int
    size: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.start + self.size

    def overlaps(self, other: Range) -> bool:
        """Whether they share a byte."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Range) -> bool:
        """Whether all of `other` lies in it."""
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        return f"{self.start:#x}+{show_size(self.size)}"


def parse_size(value: object) -> int:
    """Bytes of a size, a whole number of pages.  Raises `ValueError` with what is accepted."""
    size = _number(value)
    if size is None:
        raise ValueError(f"a size is wanted: {SIZE_FORM}")
    if size <= 0 or size % PAGE or size >= LIMIT:
        raise ValueError("a size is a multiple of 4 KiB, above 0 and below 256 TiB")
    return size


def parse_address(value: object) -> int:
    """A page-aligned address.  Raises `ValueError`."""
    address = _number(value)
    if address is None or not 0 <= address < LIMIT or address % PAGE:
        raise ValueError("an address is wanted, a multiple of 0x1000 below 2^48: 0x6000_0000")
    return address


def parse_range(value: object) -> Range:
    """A page-aligned, non-empty range.  Raises `ValueError`."""
    if isinstance(value, Range):
        return value
    match = re.fullmatch(r"\s*([\w]+)\s*([+-])\s*(.+)", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"a range is wanted: {RANGE_FORM}")
    start = parse_address(match[1])
    size = parse_size(match[3]) if match[2] == "+" else parse_address(match[3]) - start
    if size <= 0 or start + size > LIMIT:
        raise ValueError(f"the range ends before it begins, or beyond 2^48; {RANGE_FORM}")
    return Range(start, size)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"\s*(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*)\s*([a-zA-Z]*)\s*", value) if (
        isinstance(value, str)) else None
    if match is None or match[2].lower() not in UNITS:
        return None
    digits = match[1].replace("_", "")
    return int(digits, 16 if digits[:2] in ("0x", "0X") else 10) * UNITS[match[2].lower()]


def show_size(size: int) -> str:
    """`256 MiB`: in the largest unit that needs no fraction."""
    for name, unit in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


Size = Annotated[int, BeforeValidator(parse_size)]
"""Bytes."""
Address = Annotated[int, BeforeValidator(parse_address)]
MemoryRange = Annotated[Range, BeforeValidator(parse_range)]
