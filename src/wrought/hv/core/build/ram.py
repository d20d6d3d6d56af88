"""Giving a domain its RAM."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE_SHIFT, Gpa, Hpa
from wrought.hv.abi.layout import RAM0, RAM0_SIZE, RAM1, RAM1_SIZE
from wrought.hv.core.build.memory_map import MemoryMap
from wrought.hv.core.domain import Domain
from wrought.hv.core.frames import BLOCK_FRAMES, alloc_block, alloc_frames, free_frames
from wrought.hv.core.ram import ram_keep
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.memory import scrub_first
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.rt.fdt_values import number

STATIC_ENTRY = 16
"""Bytes of an entry of `xen,static-mem`: address and size, two cells each."""
scrubbed = static(u64)
"""Domains whose static memory has been scrubbed, a bit each."""


@fn
def add_block(domain: Ptr[Domain], map: Ptr[MemoryMap], gpa: u64, hpa: Hpa, size: u64) -> bool:
    """Map a piece of RAM and enter it into the bank that it belongs to."""
    if not stage2_map(addr_of(domain.memory), Gpa(gpa), hpa, size, Kind.RAM):
        return False
    domain.frames += size >> PAGE_SHIFT
    return map.add(gpa, size)


@fn
def fill_bank(domain: Ptr[Domain], map: Ptr[MemoryMap], start: u64, size: u64) -> bool:
    """Free frames for guest addresses from `start` on, in the largest pieces there are."""
    at = start
    while at < start + size:
        hpa, frames = alloc_block((start + size - at) >> PAGE_SHIFT)
        if frames == 0:
            return False
        bytes = frames << PAGE_SHIFT
        if not add_block(domain, map, at, hpa, bytes):
            free_frames(hpa, frames)
            return False
        at += bytes
    return True


@fn
def give_ram(domain: Ptr[Domain], map: Ptr[MemoryMap], size: u64) -> bool:
    """RAM at the addresses where Xen's guests have it; False when there is not enough."""
    low = min(size, RAM0_SIZE)
    if size - low > RAM1_SIZE or not fill_bank(domain, map, RAM0, low):
        return False
    return size == low or fill_bank(domain, map, RAM1, size - low)


@fn
def give_ram_direct(domain: Ptr[Domain], map: Ptr[MemoryMap], size: u64) -> bool:
    """RAM whose guest addresses are the machine's, in as few pieces as there can be."""
    left = size >> PAGE_SHIFT
    piece = left
    while left > 0:
        piece = min(piece, left)
        hpa = alloc_frames(piece, BLOCK_FRAMES if piece >= BLOCK_FRAMES else u64(1))
        if u64(hpa) == 0:
            if piece <= BLOCK_FRAMES:
                return False
            piece = max(piece // 2 & ~u64(BLOCK_FRAMES - 1), BLOCK_FRAMES)
            continue
        bytes = piece << PAGE_SHIFT
        if not add_block(domain, map, u64(hpa), hpa, bytes):
            free_frames(hpa, piece)
            return False
        if domain.hardware and not ram_keep(domain, Gpa(u64(hpa)), hpa, bytes):
            return False
        left -= piece
    return True


@fn
def give_static(domain: Ptr[Domain], map: Ptr[MemoryMap], ranges: Slice[u8]) -> bool:
    """The frames that `xen,static-mem` names, which were kept from the allocator.  When the domain
    ends they are scrubbed; before its first start they are here."""
    global scrubbed
    at = u64(RAM0)
    for i in range(len(ranges) // STATIC_ENTRY):
        start = number(ranges, 4 * i, 2)
        size = number(ranges, 4 * i + 2, 2)
        gpa = start if domain.direct else at
        if not add_block(domain, map, gpa, Hpa(start), size):
            return False
        if not ram_keep(domain, Gpa(gpa), Hpa(start), size):
            return False
        if scrubbed >> u64(domain.id) & 1 == 0:
            scrub_first(Hpa(start), size >> PAGE_SHIFT)
        at += size
    scrubbed |= u64(1) << u64(domain.id)
    return True
