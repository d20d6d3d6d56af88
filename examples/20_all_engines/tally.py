"""A hash table from names to totals, and its entries in order."""

from __future__ import annotations

from lexer import MINUS, ZERO

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u32, u64

SLOTS = 64
"""A power of two, well above the number of names."""

FNV_OFFSET, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3


@struct
class Entry:
    """One name's total; a count of 0 marks a slot that is free."""

    name: Slice[u8]
    count: u32
    total: i64

    def mean(self) -> i64:
        """Rounded toward minus infinity, as Python's // does."""
        return self.total // i64(self.count)


@fn
def hash_of(name: Slice[u8]) -> u64:
    """FNV-1a, 64 bits."""
    h: u64 = FNV_OFFSET
    for byte in name:
        h = (h ^ byte) * FNV_PRIME
    return h


@fn
def same(a: Slice[u8], b: Slice[u8]) -> bool:
    """Whether two texts are equal."""
    if len(a) != len(b):
        return False
    for i, byte in enumerate(a):
        if byte != b[i]:
            return False
    return True


@fn
def before(a: Ptr[Entry], b: Ptr[Entry]) -> bool:
    """The report's order: the larger total first, then the name."""
    if a.total != b.total:
        return a.total > b.total
    for i in range(min(len(a.name), len(b.name))):
        if a.name[i] != b.name[i]:
            return a.name[i] < b.name[i]
    return len(a.name) < len(b.name)


@struct
class Tally:
    """Open addressing with linear probing."""

    entries: Array[Entry, SLOTS]
    used: u64

    def find(self, name: Slice[u8]) -> Ptr[Entry]:
        """The name's entry, or the free slot where it belongs."""
        at = hash_of(name) % SLOTS
        while self.entries[at].count != 0 and not same(self.entries[at].name, name):
            at = (at + 1) % SLOTS
        return addr_of(self.entries[at])

    def add(self, name: Slice[u8], amount: i64) -> None:
        """Count `amount` for `name`."""
        entry = self.find(name)
        if entry.count == 0:
            assert self.used < SLOTS - 1, "the table is full"
            self.used += 1
            entry.name = name
        entry.count += 1
        entry.total += amount

    def sort(self) -> Slice[Entry]:
        """The entries in the report's order; the table holds nothing to look up afterwards."""
        n: u64 = 0
        for at in range(SLOTS):
            if self.entries[at].count != 0:
                self.entries[n] = self.entries[at]
                place = n
                while place > 0 and before(addr_of(self.entries[place]),
                                           addr_of(self.entries[place - 1])):
                    kept = self.entries[place]
                    self.entries[place] = self.entries[place - 1]
                    self.entries[place - 1] = kept
                    place -= 1
                n += 1
        return self.entries[:n]


@fn
def number(text: Slice[u8]) -> i64:
    """The decimal integer in `text`, which may begin with a minus."""
    value: i64 = 0
    negative = text[0] == MINUS
    for c in text:
        if c != MINUS:
            value = value * 10 + (i64(c) - ZERO)
    return -value if negative else value
