"""Grant tables: entries, operations, their structures and results (xen/public/grant_table.h)."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import Untrusted, i16, u16, u32, u64


@enum(u32)
class GrantOp:
    """Commands of grant_table_op; each takes an array of structures and its length."""

    MAP = 0
    UNMAP = 1
    SETUP_TABLE = 2
    DUMP_TABLE = 3
    TRANSFER = 4
    COPY = 5
    QUERY_SIZE = 6
    UNMAP_AND_REPLACE = 7
    SET_VERSION = 8
    GET_STATUS_FRAMES = 9
    GET_VERSION = 10
    SWAP_REF = 11
    CACHE_FLUSH = 12


@enum(i16)
class GrantStatus:
    """`status` of each structure."""

    OKAY = 0
    GENERAL_ERROR = -1
    BAD_DOMAIN = -2
    BAD_REF = -3
    BAD_HANDLE = -4
    BAD_VIRT_ADDR = -5
    BAD_DEV_ADDR = -6
    NO_DEVICE_SPACE = -7
    PERMISSION_DENIED = -8
    BAD_PAGE = -9
    BAD_COPY_ARG = -10
    ADDRESS_TOO_BIG = -11
    EAGAIN = -12
    NO_SPACE = -13


GTF_INVALID, GTF_PERMIT_ACCESS, GTF_ACCEPT_TRANSFER, GTF_TRANSITIVE = 0, 1, 2, 3
GTF_READONLY, GTF_READING, GTF_WRITING, GTF_SUB_PAGE = 1 << 2, 1 << 3, 1 << 4, 1 << 8
"""Flags of an entry: the type in the lowest two bits."""
MAP_DEVICE, MAP_HOST, MAP_READONLY = 1 << 0, 1 << 1, 1 << 2
"""`flags` of a mapping."""
MAP_APPLICATION, MAP_CONTAINS_PTE = 1 << 3, 1 << 4
"""Of paravirtualized x86 guests only."""
COPY_SOURCE_REF, COPY_DEST_REF = 1 << 0, 1 << 1
"""`flags` of a copy: which side names a grant and not a frame."""


RESERVED_ENTRIES = 8
"""The first entries are the toolstack's, and stay when the version changes."""
FLUSH_CLEAN, FLUSH_INVALIDATE, FLUSH_REF = 1 << 0, 1 << 1, 1 << 31
"""`op` of a cache flush; the last says that `address` is a grant."""


@struct(size=8)
class EntryV1:
    """An entry of version 1."""

    flags: Untrusted[u16]
    domain: Untrusted[u16]
    frame: Untrusted[u32]


@struct(size=16)
class EntryV2:
    """An entry of version 2 that grants a whole page; its status is a word of its own."""

    flags: Untrusted[u16]
    domain: Untrusted[u16]
    spare: u32
    frame: Untrusted[u64]


@struct(size=16)
class SubPageV2:
    """An entry of version 2 with GTF_SUB_PAGE: a part of a page, for copies only."""

    flags: Untrusted[u16]
    domain: Untrusted[u16]
    offset: Untrusted[u16]
    length: Untrusted[u16]
    frame: Untrusted[u64]


@struct(size=32)
class MapRef:
    """Map a grant of another domain at a guest-physical address."""

    host_addr: Untrusted[u64]
    flags: Untrusted[u32]
    ref: Untrusted[u32]
    domain: Untrusted[u16]
    status: i16
    handle: u32
    dev_bus_addr: u64


@struct(size=24)
class UnmapRef:
    """Undo a mapping."""

    host_addr: Untrusted[u64]
    dev_bus_addr: Untrusted[u64]
    handle: Untrusted[u32]
    status: i16


@struct(size=24)
class UnmapAndReplace:
    """Undo a mapping and map what is at `new_addr` there, 0 for nothing."""

    host_addr: Untrusted[u64]
    new_addr: Untrusted[u64]
    handle: Untrusted[u32]
    status: i16


@struct(size=24)
class SetupTable:
    """Have `nr_frames`; their numbers go to the u64 at `frame_list`."""

    domain: Untrusted[u16]
    nr_frames: Untrusted[u32]
    status: i16
    frame_list: Untrusted[u64]


@struct(size=16)
class CopySide:
    """Where a copy reads or writes: a grant or a frame, and an offset in it."""

    ref_or_frame: Untrusted[u64]
    domain: Untrusted[u16]
    offset: Untrusted[u16]


@struct(size=40)
class Copy:
    """Copy `len` bytes within a page."""

    source: CopySide
    dest: CopySide
    len: Untrusted[u16]
    flags: Untrusted[u16]
    status: i16


@struct(size=16)
class QuerySize:
    """How many frames there are and may be."""

    domain: Untrusted[u16]
    nr_frames: u32
    max_nr_frames: u32
    status: i16


@struct(size=4)
class SetVersion:
    """In: wanted; out: the one in use."""

    version: Untrusted[u32]


@struct(size=8)
class GetVersion:
    """Of a domain."""

    domain: Untrusted[u16]
    spare: u16
    version: u32


@struct(size=16)
class GetStatusFrames:
    """Have the frames of the status array of version 2, as `SetupTable`."""

    nr_frames: Untrusted[u32]
    domain: Untrusted[u16]
    status: i16
    frame_list: Untrusted[u64]


@struct(size=12)
class SwapRef:
    """Exchange two entries that nobody uses."""

    a: Untrusted[u32]
    b: Untrusted[u32]
    status: i16


@struct(size=16)
class CacheFlush:
    """Clean or invalidate caches for `length` bytes of a page."""

    address: Untrusted[u64]
    offset: Untrusted[u16]
    length: Untrusted[u16]
    op: Untrusted[u32]
