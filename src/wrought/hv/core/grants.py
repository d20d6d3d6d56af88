"""A domain's grant table: its frames, entries of both versions, and their state.

The table's frames are the hypervisor's, mapped into the guest by add_to_physmap; the guest writes
entries at any time, so every look at one is a single access whose result is then used.
"""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.grant import EntryV1, EntryV2
from wrought.hv.abi.memory import GRANT_STATUS
from wrought.hv.core.domain import Domain
from wrought.hv.core.frames import alloc_frames
from wrought.hv.core.grant_types import (
    MAX_GRANT_FRAMES,
    MAX_STATUS_FRAMES,
    Active,
    DomainGrants,
)
from wrought.hv.machine.memory import address_of, zero_frames
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, sizeof, trunc
from wrought.lang.core.scalars import Atomic, Ptr, u16, u32, u64

V1_ENTRIES, V2_ENTRIES, STATUS_WORDS = 512, 256, 2048
"""In a frame."""
ACTIVE_ENTRIES = 256


@fn(inline=True)
def capacity(g: Ptr[DomainGrants]) -> u32:
    """Entries that the table has now."""
    return g.frame_count * (V2_ENTRIES if g.version == 2 else u32(V1_ENTRIES))


@fn
def zeroed_frame() -> Hpa:
    """A frame for the hypervisor's use, 0 when there is none."""
    at = alloc_frames(1, 1)
    if u64(at) != 0:
        zero_frames(at, 1)
    return at


@unsafe
@fn
def entry_v1(g: Ptr[DomainGrants], ref: u32) -> Ptr[EntryV1]:
    """An entry below `capacity`, with `g.lock` held."""
    # SAFETY: the frame is the table's until the domain ends; entries lie side by side in it.
    frame = g.frames[ref // V1_ENTRIES]
    return Ptr[EntryV1](address_of(frame) + u64(ref % V1_ENTRIES) * sizeof(EntryV1))


@unsafe
@fn
def entry_v2(g: Ptr[DomainGrants], ref: u32) -> Ptr[EntryV2]:
    """The same of version 2."""
    # SAFETY: as `entry_v1`.
    frame = g.frames[ref // V2_ENTRIES]
    return Ptr[EntryV2](address_of(frame) + u64(ref % V2_ENTRIES) * sizeof(EntryV2))


@unsafe
@fn
def status_word(g: Ptr[DomainGrants], ref: u32) -> Ptr[Atomic[u16]]:
    """Who reads and writes, of an entry of version 2."""
    # SAFETY: as `entry_v1`; there are status frames for all entries.
    frame = g.status[ref // STATUS_WORDS]
    return Ptr[Atomic[u16]](address_of(frame) + u64(ref % STATUS_WORDS) * 2)


@unsafe
@fn
def header(g: Ptr[DomainGrants], ref: u32) -> Ptr[Atomic[u32]]:
    """Flags in the low half and the domain in the high half of an entry: one atomic access."""
    # SAFETY: both layouts begin with these two u16, at an address that a u32 may have.
    if g.version == 2:
        return Ptr[Atomic[u32]](entry_v2(g, ref))
    return Ptr[Atomic[u32]](entry_v1(g, ref))


@unsafe
@fn
def active(g: Ptr[DomainGrants], ref: u32) -> Ptr[Active] | None:
    """The state of an entry below `capacity`; None without memory for it."""
    # SAFETY: frames of `Active` stay until the domain ends.
    i = ref // ACTIVE_ENTRIES
    if u64(g.active[i]) == 0:
        g.active[i] = zeroed_frame()
        if u64(g.active[i]) == 0:
            return None
    return Ptr[Active](address_of(g.active[i]) + u64(ref % ACTIVE_ENTRIES) * sizeof(Active))


@fn
def is_active(g: Ptr[DomainGrants], ref: u32) -> bool:
    """Whether others use an entry."""
    if u64(g.active[ref // ACTIVE_ENTRIES]) == 0:
        return False
    state = active(g, ref)
    return state is not None and state.users != 0


@fn
def add_status_frames(g: Ptr[DomainGrants], frames: u32) -> bool:
    """See that a table of that many frames has its status array."""
    wanted = (frames * V2_ENTRIES + (STATUS_WORDS - 1)) // STATUS_WORDS
    while g.status_count < wanted:
        at = zeroed_frame()
        if u64(at) == 0:
            return False
        g.status[g.status_count] = at
        g.status_count += 1
    return True


@fn
def grow(g: Ptr[DomainGrants], frames: u32) -> bool:
    """See that the table has at least so many frames, with `g.lock` held; False over the domain's
    limit or without memory."""
    if frames > g.max_frames or g.life == 0:
        return False
    if g.version == 2 and not add_status_frames(g, frames):
        return False
    while g.frame_count < frames:
        at = zeroed_frame()
        if u64(at) == 0:
            return False
        g.frames[g.frame_count] = at
        g.frame_count += 1
    return True


@fn
def grant_frame(domain: Ptr[Domain], index: u64) -> Hpa:
    """The frame of a domain's table that add_to_physmap calls `index`, of its status array with
    GRANT_STATUS; the table grows to have it.  0 where it may not."""
    g = addr_of(domain.grants)
    with g.lock:
        if index & GRANT_STATUS == 0:
            if index >= MAX_GRANT_FRAMES or not grow(g, trunc(u32, index) + 1):
                return Hpa(0)
            return g.frames[index]
        i = index & ~u64(GRANT_STATUS)
        if g.version != 2 or i >= MAX_STATUS_FRAMES:
            return Hpa(0)
        if i >= u64(g.status_count) and not grow(g, trunc(u32, i) * 8 + 1):
            return Hpa(0)
        return g.status[i]
