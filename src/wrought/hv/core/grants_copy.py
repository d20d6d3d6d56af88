"""GNTTABOP_copy: bytes between two pages, each one's own or another domain's by grant.

Both pages are held while the hypervisor copies, so neither changes hands.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.abi.grant import (
    COPY_DEST_REF,
    COPY_SOURCE_REF,
    Copy,
    CopySide,
    GrantStatus,
)
from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.foreign import foreign_drop, foreign_hold
from wrought.hv.core.grants_item import each
from wrought.hv.core.grants_pin import FRAME_LIMIT, Pin, pin_grant, unpin_grant
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.core.target_domain import any_domain
from wrought.hv.machine.memory import bytes_at
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, move_memory, trunc, trust, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, u32, u64


@struct
class Side:
    """A page that a copy reads or writes."""

    owner: Ptr[Domain]
    pin: Pin
    granted: bool
    write: bool


@fn
def hold_own(d: Ptr[Domain], frame: Untrusted[u64], side: Ptr[Side]) -> GrantStatus:
    """Hold a page of the caller's own RAM."""
    if frame >= FRAME_LIMIT:
        return GrantStatus.BAD_PAGE
    with d.memory.lock:
        there = walk(addr_of(d.memory), u64(frame) << PAGE_SHIFT)
        fine = there.kind == Kind.RAM or there.kind == Kind.RAM_READ_ONLY and not side.write
        if not fine:
            return GrantStatus.BAD_PAGE
        if not foreign_hold(there.hpa):
            return GrantStatus.NO_SPACE
        side.pin.at = there.hpa
        side.pin.length = PAGE
        return GrantStatus.OKAY


@unsafe
@fn
def hold_side(vcpu: Ptr[Vcpu], asked: Ptr[CopySide], side: Ptr[Side]) -> GrantStatus:
    """Find and hold the page that one side names."""
    d = vcpu.domain
    if not side.granted:
        # Others' pages are reached by grants only.
        if asked.domain != DOMID_SELF:
            return GrantStatus.PERMISSION_DENIED
        return hold_own(d, asked.ref_or_frame, side)
    owner = any_domain(vcpu, asked.domain)
    if owner is None:
        return GrantStatus.BAD_DOMAIN
    side.owner = owner
    # SAFETY: the number of a grant is a u32 in the same place; the rest is padding.
    ref: Untrusted[u32] = trunc(u32, trust(asked.ref_or_frame))
    owner.grants.copies.add(1, Order.ACQUIRE)
    status = pin_grant(owner, ref, d.id, side.write, False, addr_of(side.pin))
    if status != GrantStatus.OKAY:
        owner.grants.copies.sub(1, Order.RELEASE)
    return status


@fn
def drop_side(side: Ptr[Side]) -> None:
    """Let the page go."""
    if side.granted:
        unpin_grant(side.owner, addr_of(side.pin), side.write)
        side.owner.grants.copies.sub(1, Order.RELEASE)
    else:
        foreign_drop(side.pin.at)


@fn
def covers(side: Ptr[Side], offset: u32, size: u32) -> bool:
    """Whether the part that is granted holds those bytes."""
    pin = addr_of(side.pin)
    return size <= pin.length and offset >= pin.offset and (
        offset - pin.offset <= pin.length - size)


@unsafe
@fn
def move_bytes(source: Hpa, dest: Hpa, size: u64) -> None:
    """Copy within pages that are held; they may be the same one."""
    # SAFETY: the callers have checked that both ranges lie in their pages.
    move_memory(bytes_at(dest, size).ptr, bytes_at(source, size).ptr, size)


@unsafe
@fn
def copy_one(vcpu: Ptr[Vcpu], r: Ptr[Copy]) -> GrantStatus:
    """Do what a Copy asks for."""
    # SAFETY: offsets and length are compared before they are used.
    flags = u32(trust(r.flags))
    size = u32(trust(r.len))
    from_ = u32(trust(r.source.offset))
    to = u32(trust(r.dest.offset))
    if flags & ~u32(COPY_SOURCE_REF | COPY_DEST_REF) != 0:
        return GrantStatus.GENERAL_ERROR
    if from_ + size > PAGE or to + size > PAGE:
        return GrantStatus.BAD_COPY_ARG
    nobody = zeroed(Pin)
    source = Side(vcpu.domain, nobody, flags & COPY_SOURCE_REF != 0, False)
    status = hold_side(vcpu, addr_of(r.source), addr_of(source))
    if status != GrantStatus.OKAY:
        return status
    dest = Side(vcpu.domain, nobody, flags & COPY_DEST_REF != 0, True)
    status = hold_side(vcpu, addr_of(r.dest), addr_of(dest))
    if status == GrantStatus.OKAY:
        if covers(addr_of(source), from_, size) and covers(addr_of(dest), to, size):
            move_bytes(source.pin.at + u64(from_), dest.pin.at + u64(to), u64(size))
        else:
            status = GrantStatus.BAD_COPY_ARG
        drop_side(addr_of(dest))
    if status == GrantStatus.OKAY:
        vcpu.domain.grants.copied += 1
    drop_side(addr_of(source))
    return status


copy_op = each(Copy, copy_one)
