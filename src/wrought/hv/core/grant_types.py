"""What domains hold for grants."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Atomic, u8, u16, u32, u64
from wrought.rt.lock import TicketLock

MAX_GRANT_FRAMES = 64
"""Frames of a domain's table at most; DomainGrants.max_frames may be less."""
MAX_STATUS_FRAMES = 8
"""256 entries of version 2 a frame, with 2 bytes of status each."""
MAX_ACTIVE_FRAMES = 128
"""512 entries of version 1 a frame, with 16 bytes of state each."""
MAX_MAPPING_FRAMES = 128
"""Frames of handles: 16,384 mappings."""


@struct(size=16)
class Active:
    """What is known of an entry that others use; all zero when none does."""

    at: Hpa
    """Machine address of the page."""
    users: u16
    """Mappings, and copies in progress."""
    writers: u16
    """Those among them that may write."""
    domain: u16
    """Whose they are."""
    spare: u16


@struct(size=32)
class Mapping:
    """A grant that a domain has mapped, found by its handle."""

    at: Hpa
    """Machine address of the page; 0 for a handle that is free."""
    gpa: u64
    """Where it is mapped, with MAP_HOST."""
    life: u32
    """`DomainGrants.life` of the domain that granted it."""
    ref: u32
    """The grant; the next free handle when this one is free."""
    domain: u16
    flags: u16
    spare: u32


@struct
class DomainGrants:
    """A domain's grant table and its mappings of others' frames.

    Locks are taken in this order: `mapping_lock` of who maps, `lock` of who grants, either one's
    `memory.lock`.
    """

    lock: TicketLock
    """For the table, its versions, and what is active of it."""
    version: u8
    life: u32
    """A number that no other incarnation of a domain has; 0 while nothing can be granted."""
    frame_count: u32
    max_frames: u32
    status_count: u32
    in_use: u32
    """Entries that are active."""
    copies: Atomic[u32]
    """Copies in progress from or to its pages."""
    frames: Array[Hpa, MAX_GRANT_FRAMES]
    status: Array[Hpa, MAX_STATUS_FRAMES]
    active: Array[Hpa, MAX_ACTIVE_FRAMES]
    """Frames of `Active`, made when first needed, 0 before."""

    mapping_lock: TicketLock
    mapping_frames: u32
    max_mapping_frames: u32
    free_handle: u32
    """The first of the free handles."""
    handles: Array[Hpa, MAX_MAPPING_FRAMES]
    """Frames of `Mapping`."""
    mapped: u32
    """Handles in use."""
    ended: u32
    """What `life` was, while the domain is taken apart."""
    gone: u32
    """Handles below this have been undone, while the domain is taken apart."""

    maps: u64
    """Statistics, of what this domain asked for and got."""
    unmaps: u64
    copied: u64
    refused: u64
