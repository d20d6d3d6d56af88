"""Handles: what a domain has mapped of others' grants, with its `mapping_lock` held."""

from __future__ import annotations

from wrought.hv.core.grant_types import DomainGrants, Mapping
from wrought.hv.core.grants import zeroed_frame
from wrought.hv.machine.memory import address_of
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import sizeof, zeroed
from wrought.lang.core.scalars import Ptr, u32, u64

HANDLES = 128
"""In a frame."""
NO_HANDLE = 0xFFFF_FFFF


@fn(inline=True)
def handle_count(g: Ptr[DomainGrants]) -> u32:
    """Handles that there are, free or not."""
    return g.mapping_frames * HANDLES


@unsafe
@fn
def mapping_of(g: Ptr[DomainGrants], handle: u32) -> Ptr[Mapping]:
    """The mapping of a handle below `handle_count`."""
    # SAFETY: the frames are the domain's until its end; entries lie side by side in them.
    frame = g.handles[handle // HANDLES]
    return Ptr[Mapping](address_of(frame) + u64(handle % HANDLES) * sizeof(Mapping))


@fn
def more_handles(g: Ptr[DomainGrants]) -> bool:
    """A frame of handles more; False at the limit or without memory."""
    if g.mapping_frames >= g.max_mapping_frames:
        return False
    frame = zeroed_frame()
    if u64(frame) == 0:
        return False
    first = handle_count(g)
    g.handles[g.mapping_frames] = frame
    g.mapping_frames += 1
    for i in range(u32(HANDLES)):
        mapping_of(g, first + i).ref = first + i + 1 if i + 1 < HANDLES else g.free_handle
    g.free_handle = first
    return True


@fn
def new_handle(g: Ptr[DomainGrants]) -> u32:
    """A handle that was free; NO_HANDLE when there can be none."""
    if g.free_handle == NO_HANDLE and not more_handles(g):
        return NO_HANDLE
    handle = g.free_handle
    g.free_handle = mapping_of(g, handle).ref
    g.mapped += 1
    return handle


@fn
def free_handle(g: Ptr[DomainGrants], handle: u32) -> None:
    """Give a handle back."""
    mapping = mapping_of(g, handle)
    mapping[0] = zeroed(Mapping)
    mapping.ref = g.free_handle
    g.free_handle = handle
    g.mapped -= 1
