"""Kernels that follow what they find in memory: hashing, page tables, lists, calls."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import export, fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, u8, u64
from wrought.lang.core.static import fn_table

SLOTS = 4096
GOLDEN = 0x9E3779B97F4A7C15
OUTPUT = 0x0000_FFFF_FFFF_F000
"""Bits 47 to 12 of a descriptor: the next table's address (Arm ARM DDI 0487, D8.3)."""


@struct
class Slot:
    """A key, 0 where the slot is free, and its count."""

    key: u64
    count: u64


@struct
class Table:
    """Open addressing."""

    slots: Array[Slot, SLOTS]


@export
@fn
def hash_table(table: Ptr[Table], keys: Slice[u64]) -> u64:
    """Count the keys, each of which is not 0; the largest count."""
    most: u64 = 0
    for key in keys:
        at = key * GOLDEN >> 52
        while table.slots[at].key != key and table.slots[at].key != 0:
            at = (at + 1) % SLOTS
        table.slots[at].key = key
        table.slots[at].count += 1
        most = max(most, table.slots[at].count)
    return most


@struct
class PageTable:
    """The 512 descriptors of a 4 KB page."""

    entries: Array[u64, 512]


@unsafe
@fn
def walk(root: Ptr[PageTable], address: u64) -> u64:
    """The physical address, or 0 where nothing is mapped: 4 levels, 4 KB granule."""
    # SAFETY: a valid descriptor that is no page or block holds the address of a table.
    table = root
    shift: u64 = 39
    while True:
        entry = table.entries[address >> shift & 511]
        if entry & 1 == 0:
            return 0
        if shift == 12 or entry & 2 == 0:
            inside = (u64(1) << shift) - 1
            return entry & OUTPUT & ~inside | address & inside
        table = bitcast(Ptr[PageTable], entry & OUTPUT)
        shift -= 9


@export
@fn
def page_table_walk(root: Ptr[PageTable], addresses: Slice[u64]) -> u64:
    """The sum of the physical addresses."""
    total: u64 = 0
    for address in addresses:
        total += walk(root, address)
    return total


@struct
class Node:
    """A number and the rest of the list."""

    next: Ptr[Node] | None
    value: u64


@export
@fn
def linked_list(first: Ptr[Node] | None) -> u64:
    """Turn the list round in place, twice; the sum of place times value."""
    head = first
    total: u64 = 0
    for _ in range(u64(2)):
        done: Ptr[Node] | None = None
        place: u64 = 0
        while head is not None:
            after = head.next
            head.next = done
            total += place * head.value
            place += 1
            done = head
            head = after
        head = done
    return total


@fn
def increment(x: u64) -> u64:
    """An operation."""
    return x + 1


@fn
def double(x: u64) -> u64:
    """An operation."""
    return x * 2


@fn
def mix(x: u64) -> u64:
    """An operation."""
    return (x ^ x >> 7) * GOLDEN


@fn
def flip(x: u64) -> u64:
    """An operation."""
    return ~x


OPERATIONS = fn_table(Fn[[u64], u64], [increment, double, mix, flip])


@export
@fn
def indirect_calls(program: Slice[u8]) -> u64:
    """Run a program of operations on 1."""
    x: u64 = 1
    for step in program:
        x = OPERATIONS[step & 3](x)
    return x
