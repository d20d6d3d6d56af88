"""Changing an address space: map and unmap, each as a whole or not at all."""

from __future__ import annotations

from rights import Rights, encode
from translation import (
    BOTTOM,
    INPUT,
    TOP,
    Place,
    Result,
    Space,
    index,
    leads_on,
    lookup,
    span,
    split_at,
)

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Ptr, u64
from wrought.rt import bitmap
from wrought.rt.a64.descriptors import ENTRIES, PAGE
from wrought.rt.bytes import ABSENT

OUTPUT = 1 << 48
"""End of the output addresses."""


@fn
def is_empty(space: Ptr[Space], table: u64) -> bool:
    """Whether nothing in a table is valid."""
    for i in range(u64(ENTRIES)):
        if space.tables[table][i] != 0:
            return False
    return True


@fn
def prune(space: Ptr[Space], address: u64) -> None:
    """Give back the tables on the way to `address` that hold nothing any more."""
    path: Array[u64, 4] = (0, 0, 0, 0)
    level: u64 = TOP
    while True:
        entry = space.tables[path[level]][index(address, level)]
        if not leads_on(entry, level):
            break
        level += 1
        path[level] = space.table_of(entry)
    while level > TOP and is_empty(space, path[level]):
        bitmap.drop(space.taken, path[level])
        level -= 1
        space.tables[path[level]][index(address, level)] = 0


@fn
def in_range(start: u64, size: u64) -> bool:
    """Whole pages inside the address space, at least one."""
    return (start | size) & (PAGE - 1) == 0 and 0 < size <= INPUT and start <= INPUT - size


@fn
def clear(space: Ptr[Space], start: u64, end: u64) -> None:
    """Make everything from `start` to `end` invalid; both are edges of what is mapped."""
    at = start
    while at < end:
        place = lookup(space, at)
        space.tables[place.table][place.index] = 0
        prune(space, at)
        at = (at | (span(place.level) - 1)) + 1


@fn
def unmap(space: Ptr[Space], start: u64, size: u64) -> Result:
    """Forget the mappings of a range; blocks that reach over its ends are split."""
    if not in_range(start, size):
        return Result.BAD_RANGE
    if not (split_at(space, start) and split_at(space, start + size)):
        return Result.NO_TABLES
    clear(space, start, start + size)
    return Result.OK


@fn
def grow(space: Ptr[Space], place: Ptr[Place]) -> bool:
    """Put an empty table where the walk ended; False without one."""
    table = space.new_table()
    if table == ABSENT:
        return False
    space.tables[place.table][place.index] = space.link(table)
    return True


@fn
def map_largest(space: Ptr[Space], at: u64, output: u64, size: u64, rights: Rights
                ) -> tuple[Result, u64]:
    """Map as much from `at` on as one entry can, at most `size`: the bytes that it covers."""
    while True:
        place = lookup(space, at)
        if space.tables[place.table][place.index] != 0:
            return Result.EXISTS, 0
        n = span(place.level)
        if (at | output) & (n - 1) == 0 and size >= n:
            space.tables[place.table][place.index] = encode(
                output // PAGE, rights, space.stage, place.level == BOTTOM)
            return Result.OK, n
        if not grow(space, addr_of(place)):
            return Result.NO_TABLES, 0


@fn
def map_range(space: Ptr[Space], start: u64, output: u64, size: u64, rights: Rights) -> Result:
    """Map input addresses from `start` on to outputs from `output` on; nothing may be there."""
    if not in_range(start, size) or output & (PAGE - 1) != 0 or output > OUTPUT - size:
        return Result.BAD_RANGE
    done: u64 = 0
    while done < size:
        result, n = map_largest(space, start + done, output + done, size - done, rights)
        if result != Result.OK:
            prune(space, start + done)
            clear(space, start, start + done)
            return result
        done += n
    return Result.OK
