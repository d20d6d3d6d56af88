"""Memory operations and their structures (xen/public/memory.h)."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import Untrusted, u16, u32, u64


@enum(u32)
class MemoryOp:
    """Commands of memory_op; a continuation stands in the bits above 5."""

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
    ADD_TO_PHYSMAP_BATCH = 23


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

    domain: Untrusted[u16]
    size: Untrusted[u16]
    space: Untrusted[u32]
    idx: Untrusted[u64]
    gpfn: Untrusted[u64]


@struct(size=48)
class AddToPhysmapBatch:
    """Several at once; the handles are addresses of arrays of u64, u64 and i32."""

    domain: Untrusted[u16]
    space: Untrusted[u16]
    size: Untrusted[u16]
    extra: Untrusted[u16]
    idxs: Untrusted[u64]
    gpfns: Untrusted[u64]
    errs: Untrusted[u64]
    spare: Untrusted[u64]
    spare2: Untrusted[u64]


@struct(size=16)
class RemoveFromPhysmap:
    """Unmap a guest frame."""

    domain: Untrusted[u16]
    gpfn: Untrusted[u64]


@struct(size=32)
class Reservation:
    """`xen_memory_reservation`: `nr_extents` of 2^`extent_order` frames each, whose first frames
    are the u64 at `extent_start`."""

    extent_start: Untrusted[u64]
    nr_extents: Untrusted[u64]
    extent_order: Untrusted[u32]
    mem_flags: Untrusted[u32]
    domain: Untrusted[u16]
