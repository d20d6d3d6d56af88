"""The shape of the heap: size classes, and what an arena's header says of its blocks.

An arena is 1 MiB, aligned to its size, so that masking any cell's address finds its header:

    0x0000  bitmap 0: a bit for each granule of 16 bytes, set at the first one of a cell
    0x2000  bitmap 1; one holds the survivors of the last cycle, the other is being marked
    0x4000  the header, a page
    0x5000  251 blocks of 4 KiB: cells of one size class, or a part of a large cell, or free

A cell above 512 KiB has a mapping of its own with the same beginning and any size.  Nothing is
written into dead cells, and pages of bitmaps that say nothing are never touched.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Array, Ptr, u8, u16, u32, u64
from wrought.lang.core.static import constant

GRANULE = 16
BLOCK = 4096
ARENA = 1 << 20
BITMAP = 0x2000
HEADER = 0x4000
FIRST_CELL = 0x5000
FIRST_BLOCK = FIRST_CELL // BLOCK
BLOCKS = ARENA // BLOCK

SIZES = (16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 288, 320, 384, 448, 512, 576,
         672, 816, 1024, 1360, 2048)
"""Bytes of a cell, by class.  From 576 on they divide a block with hardly a rest."""
CLASSES = len(SIZES)
SMALL = SIZES[-1]
"""The largest small cell."""
LARGE = 1 << 19
"""The largest cell inside an arena."""

CLASS_OF = constant(Array[u8, SMALL // GRANULE + 1], [
    next(c for c, size in enumerate(SIZES) if size >= n * GRANULE)
    for n in range(SMALL // GRANULE + 1)])
SIZE_OF = constant(Array[u16, CLASSES], list(SIZES))

STARTS = constant(Array[u64, CLASSES * 4], [
    sum(1 << bit for bit in range(64)
        if (word * 64 + bit) * GRANULE % size == 0
        and (word * 64 + bit) * GRANULE + size <= BLOCK)
    for size in SIZES for word in range(4)])
"""By class: which granules of a block begin a cell, four words."""

FREE: u8 = 0
LARGE_HEAD: u8 = 0x40
LARGE_REST: u8 = 0x41
RESERVED: u8 = 0x60
CLAIMED: u8 = 0x80
"""A flag: cells of this block were handed out since the bitmaps last changed places, so it is not
searched; a small block's state is its class + 1."""


@struct
class Arena:
    """The header of an arena, at `HEADER` from its start."""

    next: Ptr[Arena] | None
    before: Ptr[Arena] | None
    """Large mappings only."""
    size: u64
    """Bytes of the mapping."""
    free_blocks: u32
    first_free: u32
    """No block before this one is free."""
    longest: u32
    """No run of free blocks is longer."""
    dirty: Array[u8, 2]
    """By bitmap: it may have bits set."""
    pad: u16
    state: Array[u8, BLOCKS]


@inline
@fn
def class_of(size: u64) -> u64:
    """The class of cells for up to `size` bytes, at most `SMALL`; folded where `size` is known."""
    return u64(CLASS_OF[(size + (GRANULE - 1)) // GRANULE])


@inline
@fn
def cell_size(c: u64) -> u64:
    """Bytes of a class's cells."""
    return u64(SIZE_OF[c])


@inline
@unsafe
@fn
def arena_of(cell: u64) -> Ptr[Arena]:
    """The header for the address of a cell."""
    # SAFETY: cells lie in the first MiB of aligned mappings.
    return bitcast(Ptr[Arena], (cell & ~(ARENA - 1)) + HEADER)


@inline
@fn
def start_of(arena: Ptr[Arena]) -> u64:
    """The address of an arena's first byte."""
    return u64(addr_of(arena.next)) - HEADER


@inline
@unsafe
@fn
def word_of(cell: u64, offset: u64) -> Ptr[u64]:
    """The word with the bit of a cell in the bitmap at `offset`; the bit is `cell >> 4 & 63`."""
    # SAFETY: as in arena_of.
    return bitcast(Ptr[u64], (cell & ~(ARENA - 1)) + offset + ((cell & (ARENA - 1)) >> 10 << 3))


@inline
@unsafe
@fn
def has_bit(cell: u64, offset: u64) -> bool:
    # SAFETY: as in word_of.
    return word_of(cell, offset)[0] >> (cell >> 4 & 63) & 1 != 0


@inline
@unsafe
@fn
def put_bit(cell: u64, offset: u64) -> None:
    # SAFETY: as in word_of.
    word_of(cell, offset)[0] |= u64(1) << (cell >> 4 & 63)


@inline
@unsafe
@fn
def drop_bit(cell: u64, offset: u64) -> None:
    # SAFETY: as in word_of.
    word_of(cell, offset)[0] &= ~(u64(1) << (cell >> 4 & 63))
