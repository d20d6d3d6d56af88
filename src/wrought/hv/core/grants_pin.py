"""Taking hold of a granted page, and letting it go.

While an entry is in use its READING and WRITING bits say so to the guest, which then may not
change it: in the flags of version 1, in a word of its own in version 2.  The page is held as a
foreign one (`core.foreign`): it can't leave its owner, and outlives it.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.abi.grant import (
    GTF_PERMIT_ACCESS,
    GTF_READING,
    GTF_READONLY,
    GTF_SUB_PAGE,
    GTF_WRITING,
    GrantStatus,
    SubPageV2,
)
from wrought.hv.core.domain import Domain, DomainState
from wrought.hv.core.foreign import foreign_drop, foreign_hold
from wrought.hv.core.grant_types import Active, DomainGrants
from wrought.hv.core.grants import (
    active,
    capacity,
    entry_v1,
    entry_v2,
    header,
    status_word,
)
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    fence,
    trust,
    volatile_load,
    zeroed,
)
from wrought.lang.core.scalars import Ptr, Untrusted, u8, u16, u32, u64

TYPE = 3
TRIES = 16
"""A guest that changes its entry all the time is refused after so many."""
MAX_USERS = 0xFFFF
FRAME_LIMIT = 1 << 36


@struct
class Pin:
    """A page that was taken hold of."""

    at: Hpa
    offset: u32
    """The part of it that is granted: all, or that of a sub-page grant."""
    length: u32
    life: u32
    """`DomainGrants.life` of the granting domain."""
    ref: u32


@fn
def allows(head: u32, by: u16, write: bool, whole: bool) -> GrantStatus:
    """Whether an entry's flags and domain let domain `by` have the page."""
    flags = head & 0xFFFF
    if flags & TYPE != GTF_PERMIT_ACCESS or head >> 16 != u32(by):
        return GrantStatus.GENERAL_ERROR
    if write and flags & GTF_READONLY != 0:
        return GrantStatus.GENERAL_ERROR
    if whole and flags & GTF_SUB_PAGE != 0:
        return GrantStatus.GENERAL_ERROR
    return GrantStatus.OKAY


@fn
def mark_v1(g: Ptr[DomainGrants], ref: u32, by: u16, write: bool) -> GrantStatus:
    """Set READING, and WRITING, in the same step that finds the entry in order."""
    head = header(g, ref)
    seen = head.load(Order.RELAXED)
    bits: u32 = GTF_READING | GTF_WRITING if write else u32(GTF_READING)
    for _ in range(TRIES):
        # Version 1 has no sub-page grants: the flag means nothing.
        status = allows(seen, by, write, False)
        if status != GrantStatus.OKAY:
            return status
        old, done = head.compare_exchange(seen, seen | bits, Order.ACQ_REL)
        if done:
            return GrantStatus.OKAY
        seen = old
    return GrantStatus.GENERAL_ERROR


@fn
def mark_v2(g: Ptr[DomainGrants], ref: u32, by: u16, write: bool, whole: bool) -> GrantStatus:
    """Set the status bits first, then look at the flags again: the guest clears its flags first,
    then looks at the status."""
    head = header(g, ref)
    status = allows(head.load(Order.RELAXED), by, write, whole)
    if status != GrantStatus.OKAY:
        return status
    bits: u16 = GTF_READING | GTF_WRITING if write else u16(GTF_READING)
    before = status_word(g, ref).or_(bits, Order.SEQ_CST)
    fence(Order.SEQ_CST)
    status = allows(head.load(Order.SEQ_CST), by, write, whole)
    if status != GrantStatus.OKAY:
        status_word(g, ref).and_(~(bits & ~before), Order.SEQ_CST)
    return status


@fn
def unmark(g: Ptr[DomainGrants], ref: u32, state: Ptr[Active]) -> None:
    """Clear the bits of uses that there are none of any more."""
    gone: u16 = 0
    if state.writers == 0:
        gone |= GTF_WRITING
    if state.users == 0:
        gone |= GTF_READING
    if gone == 0:
        return
    if g.version == 2:
        status_word(g, ref).and_(~gone, Order.RELEASE)
    else:
        header(g, ref).and_(~u32(gone), Order.RELEASE)


@unsafe
@fn
def granted_frame(g: Ptr[DomainGrants], ref: u32) -> u64:
    """The frame number that an entry names, 0 for one that can't be."""
    # SAFETY: compared with the largest that there may be.
    if g.version == 2:
        frame: u64 = trust(volatile_load(addr_of(entry_v2(g, ref).frame)))
        return frame if frame < FRAME_LIMIT else 0
    return u64(trust(volatile_load(addr_of(entry_v1(g, ref).frame))))


@fn
def hold_page(owner: Ptr[Domain], frame: u64) -> Hpa:
    """Hold a page of a domain's own RAM; 0 for anything else."""
    with owner.memory.lock:
        there = walk(addr_of(owner.memory), frame << PAGE_SHIFT)
        if there.kind != Kind.RAM or not foreign_hold(there.hpa):
            return Hpa(0)
        return there.hpa


@unsafe
@fn
def note_part(g: Ptr[DomainGrants], ref: u32, pin: Ptr[Pin]) -> bool:
    """The part of the page that is granted; False where it is none."""
    pin.offset = 0
    pin.length = PAGE
    if g.version != 2 or header(g, ref).load(Order.RELAXED) & GTF_SUB_PAGE == 0:
        return True
    # SAFETY: an entry of version 2 with that flag has this layout; the numbers are compared.
    entry = Ptr[SubPageV2](entry_v2(g, ref))
    pin.offset = u32(trust(volatile_load(addr_of(entry.offset))))
    pin.length = u32(trust(volatile_load(addr_of(entry.length))))
    return pin.offset <= PAGE and pin.length <= PAGE - pin.offset


@fn
def first_use(owner: Ptr[Domain], state: Ptr[Active], ref: u32, by: u16) -> GrantStatus:
    """Hold the page of an entry that was just marked."""
    at = hold_page(owner, granted_frame(addr_of(owner.grants), ref))
    if u64(at) == 0:
        return GrantStatus.BAD_PAGE
    state.at = at
    state.domain = by
    owner.grants.in_use += 1
    return GrantStatus.OKAY


@fn
def use_entry(owner: Ptr[Domain], state: Ptr[Active], pin: Ptr[Pin], by: u16, write: bool,
              whole: bool) -> GrantStatus:
    """Mark an entry as far as it is not, and hold its page once more."""
    g = addr_of(owner.grants)
    ref = pin.ref
    if state.users == MAX_USERS or (state.users != 0 and state.domain != by):
        return GrantStatus.GENERAL_ERROR
    status = GrantStatus.OKAY
    if g.version == 2:
        status = mark_v2(g, ref, by, write, whole)
    else:
        status = mark_v1(g, ref, by, write)
    if status != GrantStatus.OKAY:
        return status
    if not note_part(g, ref, pin):
        status = GrantStatus.BAD_COPY_ARG
    elif state.users == 0:
        status = first_use(owner, state, ref, by)
    elif not foreign_hold(state.at):
        status = GrantStatus.NO_SPACE
    if status != GrantStatus.OKAY:
        unmark(g, ref, state)
        return status
    state.users += 1
    if write:
        state.writers += 1
    pin.at = state.at
    pin.life = g.life
    return GrantStatus.OKAY


@fn
def pin_grant(owner: Ptr[Domain], ref: Untrusted[u32], by: u16, write: bool, whole: bool,
              pin: Ptr[Pin]) -> GrantStatus:
    """Let domain `by` have the page that `owner` granted it by entry `ref`, until `unpin_grant`:
    to read, or to write as well; `whole` refuses sub-page grants.  Fills `pin`."""
    g = addr_of(owner.grants)
    with g.lock:
        if owner.state.load(Order.ACQUIRE) == u8(DomainState.DYING) or g.life == 0:
            return GrantStatus.BAD_DOMAIN
        if ref >= capacity(g):
            return GrantStatus.BAD_REF
        pin.ref = ref
        state = active(g, pin.ref)
        if state is None:
            return GrantStatus.NO_SPACE
        return use_entry(owner, state, pin, by, write, whole)


@fn
def unpin_grant(owner: Ptr[Domain] | None, pin: Ptr[Pin], write: bool) -> None:
    """Let a page go, after the TLBs have forgotten it.  Where its owner has ended, and there is
    none or another in its place, nothing but the page is left."""
    if owner is not None:
        g = addr_of(owner.grants)
        with g.lock:
            if g.life == pin.life:
                # First, so that the owner may give the page away once it sees the bits cleared.
                foreign_drop(pin.at)
                give_up_use(g, pin.ref, write)
                return
    foreign_drop(pin.at)


@fn
def give_up_use(g: Ptr[DomainGrants], ref: u32, write: bool) -> None:
    """One use of an entry less."""
    state = active(g, ref)
    if state is None:
        return
    state.users -= 1
    if write:
        state.writers -= 1
    unmark(g, ref, state)
    if state.users == 0:
        state[0] = zeroed(Active)
        g.in_use -= 1
