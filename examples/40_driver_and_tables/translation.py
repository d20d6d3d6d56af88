"""Armv8 translation tables, stage 1 or 2: translate, map, unmap, split.

4 KB granule, 39-bit input addresses, so that the walk begins at level 1; blocks of 1 GB and 2 MB
where they fit (Arm ARM DDI 0487, D8.2).  A change is done as a whole or not at all.  Who changes
tables that a CPU is using does break-before-make around it.
"""

from __future__ import annotations

from rights import Rights, Stage, decode

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.rt import bitmap
from wrought.rt.a64.descriptors import ENTRIES, PAGE, Stage1
from wrought.rt.bytes import ABSENT

TABLES = 64
"""Tables of one address space, at most 64: a bit each."""
TOP, BOTTOM = 1, 3
"""Levels."""
INPUT = 1 << 39


@enum(u8)
class Result:
    """How a change ended; all but OK changed no translation."""

    OK = 0
    BAD_RANGE = 1
    """Empty, unaligned, or outside the address space."""
    EXISTS = 2
    NO_TABLES = 3


@struct
class Space:
    """An address space; table 0 is its root."""

    tables: Array[Array[u64, ENTRIES], TABLES]
    base: u64
    """Physical address of `tables`, a multiple of 4 KB."""
    taken: Array[u64, 1]
    stage: Stage

    def new_table(self) -> u64:
        """A table of invalid entries, or ABSENT."""
        i = bitmap.next_clear(self.taken, 0)
        if i != ABSENT:
            bitmap.put(self.taken, i)
        return i

    def table_of(self, entry: u64) -> u64:
        """The number of the table that an entry leads to."""
        return Stage1(entry).frame - self.base // PAGE

    def link(self, table: u64) -> u64:
        """The entry that leads to a table."""
        return u64(Stage1(valid=True, table=True, frame=self.base // PAGE + table))


@struct
class Place:
    """Where the walk for an address ends."""

    table: u64
    index: u64
    level: u64


@struct
class Translation:
    """What an address becomes; `level` is where the walk ended, also where it found nothing."""

    output: u64
    rights: Rights
    level: u8
    found: bool


@fn
def span(level: u64) -> u64:
    """Bytes that one entry of that level covers."""
    return u64(PAGE) << 9 * (BOTTOM - level)


@fn
def index(address: u64, level: u64) -> u64:
    """The entry of that level for an address."""
    return address // span(level) & (ENTRIES - 1)


@fn
def leads_on(entry: u64, level: u64) -> bool:
    """Whether an entry is a table's."""
    return level < BOTTOM and entry & 3 == 3


@fn
def lookup(space: Ptr[Space], address: u64) -> Place:
    """The entry that maps `address`, or the invalid one that ends its walk."""
    place = Place(table=0, index=index(address, TOP), level=TOP)
    while leads_on(space.tables[place.table][place.index], place.level):
        place.table = space.table_of(space.tables[place.table][place.index])
        place.level += 1
        place.index = index(address, place.level)
    return place


@fn
def translate(space: Ptr[Space], address: u64) -> Translation:
    """The output address and rights of an input address."""
    nothing = Translation(output=0, rights=Rights(0), level=0, found=False)
    if address >= INPUT:
        return nothing
    place = lookup(space, address)
    entry = space.tables[place.table][place.index]
    nothing.level = trunc(u8, place.level)
    if entry & 1 == 0:
        return nothing
    inside = address & (span(place.level) - 1)
    return Translation(output=Stage1(entry).frame * PAGE + inside, found=True,
                       rights=decode(entry, space.stage), level=trunc(u8, place.level))


@fn
def split(space: Ptr[Space], place: Ptr[Place]) -> bool:
    """Replace a block by a table of the next level that says the same; False without a table."""
    table = space.new_table()
    if table == ABSENT:
        return False
    block = space.tables[place.table][place.index]
    lower = place.level + 1
    kind: u64 = 2 if lower == BOTTOM else 0
    for i in range(u64(ENTRIES)):
        space.tables[table][i] = block + i * span(lower) | kind
    space.tables[place.table][place.index] = space.link(table)
    return True


@fn
def split_at(space: Ptr[Space], address: u64) -> bool:
    """Make `address` the edge of whatever maps it; False if tables ran out."""
    if address >= INPUT:
        return True
    while True:
        place = lookup(space, address)
        if space.tables[place.table][place.index] & 1 == 0:
            return True
        if address & (span(place.level) - 1) == 0:
            return True
        if not split(space, addr_of(place)):
            return False
