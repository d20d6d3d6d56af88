"""Memory operations and their structures (xen/public/memory.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, enum, struct
from wrought.lang.core.scalars import Untrusted, u16, u32, u64

COMMAND_MASK = 63
EXTENT_SHIFT = 6
"""A command's bits above hold how many extents were done before it was interrupted."""
MAX_EXTENTS = (1 << 64 - EXTENT_SHIFT) - 1
MAX_ORDER = 9
"""Extents are 4 KB to 2 MB."""
GRANT_STATUS = 1 << 31
"""In the index of Space.GRANT_TABLE: a frame of the status array."""


@enum(u32)
class MemoryOp:
    """Commands of memory_op, in the bits of COMMAND_MASK."""

    INCREASE_RESERVATION = 0
    DECREASE_RESERVATION = 1
    MAXIMUM_RAM_PAGE = 2
    CURRENT_RESERVATION = 3
    MAXIMUM_RESERVATION = 4
    POPULATE_PHYSMAP = 6
    ADD_TO_PHYSMAP = 7
    MEMORY_MAP = 9
    EXCHANGE = 11
    MAXIMUM_GPFN = 14
    REMOVE_FROM_PHYSMAP = 15
    GET_SHARING_FREED_PAGES = 18
    GET_SHARING_SHARED_PAGES = 19
    ACCESS_OP = 21
    ADD_TO_PHYSMAP_BATCH = 23
    CLAIM_PAGES = 24
    GET_VNUMAINFO = 26
    ACQUIRE_RESOURCE = 28


@enum(u32)
class Space:
    """What add_to_physmap maps."""

    SHARED_INFO = 0
    GRANT_TABLE = 1
    GMFN = 2
    GMFN_RANGE = 3
    GMFN_FOREIGN = 4
    DEV_MMIO = 5


@struct(size=24)
class AddToPhysmap:
    """Map `idx` of a space at a guest frame."""

    domain: Untrusted[u16] = at(0)
    size: Untrusted[u16] = at(2)
    space: Untrusted[u32] = at(4)
    idx: Untrusted[u64] = at(8)
    gpfn: Untrusted[u64] = at(16)


@struct(size=32)
class AddToPhysmapBatch:
    """Several at once; the handles are addresses of arrays of u64, u64 and i32."""

    domain: Untrusted[u16] = at(0)
    space: Untrusted[u16] = at(2)
    size: Untrusted[u16] = at(4)
    extra: Untrusted[u16] = at(6)
    """The owner of foreign frames, else 0."""
    idxs: Untrusted[u64] = at(8)
    gpfns: Untrusted[u64] = at(16)
    errs: Untrusted[u64] = at(24)


@struct(size=16)
class RemoveFromPhysmap:
    """Unmap a guest frame."""

    domain: Untrusted[u16] = at(0)
    gpfn: Untrusted[u64] = at(8)


@struct(size=32)
class Reservation:
    """`xen_memory_reservation`: `nr_extents` of 2^`extent_order` frames each, whose first frames
    are the u64 at `extent_start`."""

    extent_start: Untrusted[u64] = at(0)
    nr_extents: Untrusted[u64] = at(8)
    extent_order: Untrusted[u32] = at(16)
    mem_flags: Untrusted[u32] = at(20)
    domain: Untrusted[u16] = at(24)
