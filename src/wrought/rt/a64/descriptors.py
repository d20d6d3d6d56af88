"""Translation table descriptors, VMSAv8-64 with 4 KB pages (Arm ARM DDI 0487, D8.3)."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum
from wrought.lang.core.scalars import u8, u16, u64

PAGE = 4096
BLOCK = 2 << 20
"""Bytes that one entry of a level 2 table can map."""
ENTRIES = 512


@enum(u8)
class Shareable:
    """SH (D8.6.2)."""

    NONE = 0
    OUTER = 2
    INNER = 3


@bitfield(u64)
class Stage1:
    """A stage 1 descriptor of a regime with one range, as EL2's own (D8.3.2)."""

    execute_never: bool = bit(54)
    contiguous: bool = bit(52)
    frame: u64 = bits(47, 12)
    """Output address, or that of the next table, in pages."""
    accessed: bool = bit(10)
    shareable: Shareable = bits(9, 8)
    read_only: bool = bit(7)
    user: bool = bit(6)
    """AP[1]: has to be 1 where there is one privilege level."""
    attribute: u8 = bits(4, 2)
    """Index into MAIR."""
    table: bool = bit(1)
    """A table at levels 0 to 2, and set for a page at level 3; clear for a block."""
    valid: bool = bit(0)


@bitfield(u64)
class Stage2:
    """A stage 2 descriptor of a block or page (D8.3.2)."""

    software: u8 = bits(58, 55)
    """For the owner of the tables; the hardware ignores it."""
    execute_never: u8 = bits(54, 53)
    contiguous: bool = bit(52)
    frame: u64 = bits(47, 12)
    accessed: bool = bit(10)
    shareable: Shareable = bits(9, 8)
    write: bool = bit(7)
    read: bool = bit(6)
    memory: u8 = bits(5, 2)
    """MemAttr: 0b1111 normal write-back, 0b0001 Device-nGnRE."""
    table: bool = bit(1)
    valid: bool = bit(0)


@bitfield(u64)
class Stage2Table:
    """A stage 2 descriptor that leads to a table of the next level (D8.3.1)."""

    frame: u64 = bits(47, 12)
    used: u16 = bits(11, 2)
    """Ignored by the hardware: how many entries of that table are valid, for its owner."""
    table: bool = bit(1)
    valid: bool = bit(0)
