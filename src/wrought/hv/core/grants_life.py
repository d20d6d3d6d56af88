"""Grants when a domain begins and ends."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.abi.grant import MAP_DEVICE, MAP_HOST
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.foreign import foreign_drop, foreign_hold, foreign_orphan
from wrought.hv.core.frames import alloc_frames, free_frames, free_scrubbed
from wrought.hv.core.grant_types import (
    MAX_ACTIVE_FRAMES,
    MAX_GRANT_FRAMES,
    MAX_MAPPING_FRAMES,
    DomainGrants,
    Mapping,
)
from wrought.hv.core.grants_handles import NO_HANDLE, handle_count, mapping_of
from wrought.hv.core.grants_map import kind_of, undo
from wrought.hv.core.ram import is_kept
from wrought.hv.core.stage2_change import replace_page
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.memory import bytes_at, clean_to_memory
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Atomic, Ptr, Slice, u32, u64
from wrought.lang.core.static import static

STEP = 64
"""Mappings that are undone at a time."""

lives = static(Atomic[u32])
"""Domains that ever began."""


@fn
def grants_init(domain: Ptr[Domain]) -> bool:
    """Begin with an empty table of version 1, and nothing mapped.  Limits are as large as there is
    room for, until the caller sets others; frames are taken as they are needed."""
    g = addr_of(domain.grants)
    g[0] = zeroed(DomainGrants)
    g.version = 1
    g.max_frames = MAX_GRANT_FRAMES
    g.max_mapping_frames = MAX_MAPPING_FRAMES
    g.free_handle = NO_HANDLE
    life = lives.add(1, Order.RELAXED) + 1
    while life == 0:
        life = lives.add(1, Order.RELAXED) + 1
    g.life = life
    return True


@fn
def grants_destroy(domain: Ptr[Domain]) -> bool:
    """End all that a domain had to do with grants: nobody can use its any more, and its mappings
    go.  None of its vCPUs or devices runs.  False when there is more to do, or to wait for: call
    again.

    Pages that others still have mapped stay theirs until they unmap them, and are freed then
    (`foreign_orphan`).  Memory that is the domain's for ever can't wait: who has that mapped gets
    a copy.
    """
    g = addr_of(domain.grants)
    with g.lock:
        life = g.life
        g.life = 0
    if life != 0:
        g.ended = life
    elif g.ended == 0:
        return True
    if not undo_some(domain) or g.copies.load(Order.ACQUIRE) != 0:
        return False
    if domain.memory.kept_count != 0 and not evict_all(domain, g.ended):
        return False
    # The locks stay as they are: others that come too late may be about to take them.
    with g.mapping_lock:
        free_all(g.handles[:u64(g.mapping_frames)], False)
        g.mapping_frames, g.mapped, g.gone, g.free_handle = 0, 0, 0, NO_HANDLE
    with g.lock:
        free_all(g.frames[:u64(g.frame_count)], True)
        free_all(g.status[:u64(g.status_count)], True)
        free_all(g.active[:MAX_ACTIVE_FRAMES], False)
        g.frame_count, g.status_count, g.in_use, g.ended = 0, 0, 0, 0
    return True


@fn
def free_all(list: Slice[Hpa], scrub: bool) -> None:
    """Free frames, where there are any, and forget them."""
    for i in range(len(list)):
        at = list[i]
        if u64(at) != 0:
            if scrub:
                free_scrubbed(at, 1)
            else:
                free_frames(at, 1)
        list[i] = Hpa(0)


@fn
def undo_some(domain: Ptr[Domain]) -> bool:
    """Undo the next of a domain's own mappings; whether that were all."""
    g = addr_of(domain.grants)
    with g.mapping_lock:
        for _ in range(u64(STEP)):
            if g.mapped == 0 or g.gone >= handle_count(g):
                return True
            if u64(mapping_of(g, g.gone).at) != 0:
                undo(domain, g.gone)
            g.gone += 1
    return False


@fn
def evict_all(ended: Ptr[Domain], life: u32) -> bool:
    """Give everybody who has mapped memory that `ended` keeps for ever a copy in its place; False
    where that is not possible now."""
    for d in domains:
        if d is not None and d != ended:
            g = addr_of(d.grants)
            with g.mapping_lock:
                for handle in range(handle_count(g)):
                    mapping = mapping_of(g, handle)
                    if mapping.life == life and is_kept(ended, u64(mapping.at), PAGE):
                        if not evict(d, mapping):
                            return False
    return True


@fn
def evict(d: Ptr[Domain], mapping: Ptr[Mapping]) -> bool:
    """Put a copy in place of one mapped page.  A vCPU that writes to it meanwhile faults, finds it
    writable, and tries again.  False without memory, and for what devices or an address of its own
    tie to the page: that has to be unmapped first."""
    if mapping.flags & MAP_DEVICE != 0 and d.direct or mapping.flags & MAP_HOST == 0:
        return False
    if mapping.gpa == u64(mapping.at):
        return False
    copy = alloc_frames(1, 1)
    if u64(copy) == 0:
        return False
    if not foreign_hold(copy):
        free_frames(copy, 1)
        return False
    foreign_orphan(copy)
    s = addr_of(d.memory)
    with s.lock:
        # Neither can fail: the page has an entry.
        replace_page(s, mapping.gpa, mapping.at, Kind.GRANT_READ_ONLY)
        bytes_at(copy, PAGE).copy_from(bytes_at(mapping.at, PAGE))
        clean_to_memory(copy, PAGE)
        replace_page(s, mapping.gpa, copy, kind_of(mapping.flags))
    foreign_drop(mapping.at)
    mapping.at = copy
    return True
