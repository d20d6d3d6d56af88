"""Translation tables read by the manual alone: VMSAv8-64 with 4 KB granules.

Arm ARM DDI 0487: the walk D8.2, descriptors D8.3, permissions D8.4, memory attributes D8.6.
Nothing here comes from the code that made the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from wrought.hv.tool.isolation.memory import PAGE, Window
from wrought.hv.tool.quantities import Range

ENTRIES = 512
VALID, TABLE = 1, 2
ADDRESS = 0x0000_FFFF_FFFF_F000
ACCESSED = 1 << 10
READ, WRITE = 1 << 6, 1 << 7
READ_ONLY, NEVER = 1 << 7, 1 << 54
"""Of stage 1: AP[2] and UXN."""
LAST = 3


@dataclass(frozen=True)
class Mapping:
    """One block or page, or several that go on from each other with the same rights."""

    gpa: int
    hpa: int
    size: int
    read: bool
    write: bool
    execute: bool
    device: bool
    """Device memory: MemAttr[3:2] is 0."""

    @property
    def machine(self) -> Range:
        """Where it leads."""
        return Range(self.hpa, self.size)

    @property
    def rights(self) -> str:
        """`rwx`, `rw-`."""
        return "".join(letter if has else "-" for letter, has in
                       zip("rwx", (self.read, self.write, self.execute), strict=True))


@dataclass
class Space:
    """Everything that one set of tables lets a guest reach."""

    mappings: list[Mapping] = field(default_factory=lambda: list[Mapping]())
    tables: list[Range] = field(default_factory=lambda: list[Range]())
    """The frames of the tables themselves."""
    defects: list[str] = field(default_factory=lambda: list[str]())
    """What the architecture does not allow there."""


def walk(window: Window, root: int, bits: int) -> Space:
    """Read tables for input addresses of `bits` bits.

    Up to four more bits than a level resolves are met by concatenated tables (D8.2.4), so 40 to
    43 bits begin at level 1, from 44 on at level 0.
    """
    level = 1 if bits <= 43 else 0
    concatenated = max(1, 1 << (bits - 39)) if level == 1 else 1
    space = Space()
    if root % (concatenated * PAGE):
        space.defects.append(f"the root {root:#x} is not aligned to its {concatenated} tables")
    _Walker(window, space, 1 << bits, stage2_rights).table(root, level, 0, concatenated)
    space.mappings = list(joined(space.mappings))
    return space


def walk_stage1(window: Window, root: int, bits: int) -> Space:
    """Read tables of stage 1, which has no concatenated tables, for addresses of `bits` bits."""
    space = Space()
    _Walker(window, space, 1 << bits, stage1_rights).table(root, 4 - (bits - 4) // 9, 0)
    space.mappings = list(joined(space.mappings))
    return space


class Rights(NamedTuple):
    """What a leaf says besides the address."""

    read: bool
    write: bool
    execute: bool
    device: bool


def stage2_rights(entry: int) -> Rights:
    """S2AP, XN, MemAttr.  XN[1:0] is 00 where both privilege levels may execute, 10 where none
    may; the others need FEAT_XNX and let one level execute (D8.4.2.5)."""
    return Rights(bool(entry & READ), bool(entry & WRITE), entry >> 53 & 3 != 2,
                  entry >> 4 & 3 == 0)


def stage1_rights(entry: int) -> Rights:
    """AP[2], UXN, AttrIndx, of which 1 is a device in the contexts of this project."""
    return Rights(True, not entry & READ_ONLY, not entry & NEVER, entry >> 2 & 7 == 1)


class _Walker:
    """A walk through one tree of tables."""

    def __init__(self, window: Window, space: Space, limit: int,
                 rights: Callable[[int], Rights]) -> None:
        self.window, self.space, self.limit, self.rights = window, space, limit, rights
        self.seen: set[int] = set()

    def table(self, at: int, level: int, gpa: int, count: int = 1) -> None:
        """`count` tables side by side that translate from `gpa` on."""
        defects = self.space.defects
        if not self.window.holds(at, count * PAGE):
            defects.append(f"a level {level} table for {gpa:#x} lies at {at:#x}, outside memory")
            return
        if at in self.seen:
            defects.append(f"the level {level} table at {at:#x} is used twice, again for {gpa:#x}")
            return
        self.seen.add(at)
        self.space.tables.append(Range(at, count * PAGE))
        span = 1 << (39 - 9 * level)
        for i, entry in enumerate(self.window.words(at, count * ENTRIES)):
            if entry & VALID:
                self.entry(entry, level, gpa + i * span, span)

    def entry(self, entry: int, level: int, gpa: int, span: int) -> None:
        """A valid descriptor for `span` bytes at `gpa`."""
        output, defects = entry & ADDRESS, self.space.defects
        if gpa >= self.limit:
            defects.append(f"{gpa:#x} is mapped beyond the guest's address space")
        elif entry & TABLE and level != LAST:
            self.table(output, level + 1, gpa)
        elif level == 0 or (level == LAST) != bool(entry & TABLE):
            defects.append(f"{gpa:#x}: a level {level} descriptor {entry:#x} is reserved")
        elif output % span:
            defects.append(f"{gpa:#x}: the block's address {output:#x} is not aligned")
        elif entry & ACCESSED:
            self.space.mappings.append(Mapping(gpa, output, span, *self.rights(entry)))



def joined(mappings: list[Mapping]) -> Iterator[Mapping]:
    """The same with neighbours put together."""
    last: Mapping | None = None
    for one in mappings:
        if last is not None and _goes_on(last, one):
            last = Mapping(last.gpa, last.hpa, last.size + one.size, last.read, last.write,
                           last.execute, last.device)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _goes_on(a: Mapping, b: Mapping) -> bool:
    return (a.gpa + a.size == b.gpa and a.hpa + a.size == b.hpa
            and (a.rights, a.device) == (b.rights, b.device))
