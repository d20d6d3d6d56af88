"""Freeing the memory of a domain that has ended, piece by piece."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Gpa, Hpa
from wrought.hv.core.domain import Domain
from wrought.hv.core.foreign import foreign_orphan
from wrought.hv.core.ram import dispose, is_kept
from wrought.hv.core.stage2 import stage2_next, stage2_unmap
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64

PIECE = 512 * PAGE
"""Scrubbed in one go."""


@fn
def ram_release(d: Ptr[Domain], limit: u64) -> bool:
    """Unmap and free, scrubbed, about `limit` frames of a domain that has ended, fewer where an
    interrupt waits; whether all is gone now.

    None of its vCPUs runs, and its grants are revoked.  Kept memory is scrubbed and stays
    reserved; frames that others have mapped go back when they unmap them.  The tables are still
    to be destroyed.
    """
    s = addr_of(d.memory)
    done: u64 = 0
    at = Gpa(0)
    while done < limit:
        at, there = stage2_next(s, at)
        if there.kind == Kind.NONE:
            d.memory.kept_count = 0
            return True
        size = min(there.size, PIECE)
        if not stage2_unmap(s, at, size):
            size = there.size
            stage2_unmap(s, at, size)
        release_piece(d, there.hpa, size, there.kind)
        done += size >> PAGE_SHIFT
        # Single pages cost far more than their share of a block.
        if interrupt_waits():
            break
    return False


@fn
def release_piece(d: Ptr[Domain], hpa: Hpa, size: u64, kind: Kind) -> None:
    """Free memory that was just unmapped, but for frames that are mapped elsewhere."""
    if kind != Kind.RAM:
        dispose(d, hpa, size, kind)
        return
    d.frames -= size >> PAGE_SHIFT
    if is_kept(d, u64(hpa), size):
        dispose(d, hpa, size, kind)
        return
    first: u64 = 0
    at: u64 = 0
    while at < size:
        if foreign_orphan(hpa + at):
            if at != first:
                dispose(d, hpa + first, at - first, kind)
            first = at + PAGE
        at += PAGE
    if at != first:
        dispose(d, hpa + first, at - first, kind)
