"""Guest physical memory: what the rest of the hypervisor calls.

These functions take the tables' lock.  A caller that has to look and change in one step holds
`s.lock` itself and uses `walk` (`stage2_tables`) and `stage2_change`.  While an entry is replaced
or a block is split, guests may fault on it for a moment on other CPUs: a fault for an address
that turns out to be mapped is ignored.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa, Hpa
from wrought.hv.core.frames import alloc_frames, free_frames
from wrought.hv.core.stage2_change import (
    clear_range,
    in_range,
    is_free,
    map_range,
    replace_page,
    unmap_range,
)
from wrought.hv.core.stage2_tables import (
    MAX_IPA_BITS,
    MIN_IPA_BITS,
    roots_for,
    start_level_for,
    walk,
)
from wrought.hv.core.stage2_types import Kind, Stage2, Translation
from wrought.hv.machine.memory import flush_guest, zero_frames
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc, zeroed
from wrought.lang.core.scalars import Ptr, u8, u16, u32, u64

HPA_LIMIT = 1 << 48


@fn
def stage2_new(s: Ptr[Stage2], vmid: u16, ipa_bits: u8) -> bool:
    """Empty tables for guest addresses of 32 to 48 bits; False without memory for the root."""
    if ipa_bits < MIN_IPA_BITS or ipa_bits > MAX_IPA_BITS:
        return False
    roots = roots_for(ipa_bits)
    root = alloc_frames(roots, roots)
    if u64(root) == 0:
        return False
    zero_frames(root, roots)
    s[0] = zeroed(Stage2)
    s.root = root
    s.ipa_bits = ipa_bits
    s.start_level = start_level_for(ipa_bits)
    s.vmid = vmid
    s.tables = trunc(u32, roots)
    s.max_tables = 0xFFFF_FFFF
    flush_guest(vmid, root)
    return True


@fn
def stage2_map(s: Ptr[Stage2], gpa: Gpa, hpa: Hpa, size: u64, kind: Kind) -> bool:
    """Map whole pages with the largest blocks that fit.

    False, and nothing changed, when something is mapped there, an address is not a page's or out
    of range, or there is no memory for tables.
    """
    if not in_range(s, u64(gpa), size) or kind == Kind.NONE or u64(hpa) % PAGE != 0:
        return False
    if u64(hpa) > HPA_LIMIT or size > HPA_LIMIT - u64(hpa):
        return False
    with s.lock:
        return is_free(s, u64(gpa), size) and map_range(s, u64(gpa), hpa, size, kind)


@fn
def stage2_unmap(s: Ptr[Stage2], gpa: Gpa, size: u64) -> bool:
    """Unmap whatever is mapped in whole pages; the frames are the caller's to free.

    False, and nothing changed, when the range is none of the guest's, or a block must be split
    and there is no memory for that.
    """
    if not in_range(s, u64(gpa), size):
        return False
    with s.lock:
        return unmap_range(s, u64(gpa), size)


@fn
def stage2_walk(s: Ptr[Stage2], gpa: Gpa) -> Translation:
    """Where an address leads at this moment."""
    with s.lock:
        return walk(s, u64(gpa))


@fn
def stage2_next(s: Ptr[Stage2], gpa: Gpa) -> tuple[Gpa, Translation]:
    """The first mapped address from `gpa` on, and where it leads; kind NONE behind the last."""
    at = u64(gpa)
    with s.lock:
        there = walk(s, at)
        while there.kind == Kind.NONE and at >> u64(s.ipa_bits) == 0:
            at += there.size
            there = walk(s, at)
        return Gpa(at), there


@fn
def stage2_replace_page(s: Ptr[Stage2], gpa: Gpa, hpa: Hpa, kind: Kind) -> bool:
    """Map one page in place of what was mapped there, if anything; False as `stage2_map`."""
    if not in_range(s, u64(gpa), PAGE) or kind == Kind.NONE:
        return False
    if u64(hpa) % PAGE != 0 or u64(hpa) >= HPA_LIMIT:
        return False
    with s.lock:
        return replace_page(s, u64(gpa), hpa, kind)


@fn
def stage2_destroy(s: Ptr[Stage2]) -> None:
    """Free all tables; what they mapped stays as it is.  No vCPU uses them any more."""
    with s.lock:
        clear_range(s, 0, u64(1) << u64(s.ipa_bits))
        free_frames(s.root, roots_for(s.ipa_bits))
        s.root = Hpa(0)
        s.tables = 0
