"""Versions of a grant table, and exchanging entries."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.abi.grant import (
    GTF_PERMIT_ACCESS,
    GTF_READONLY,
    RESERVED_ENTRIES,
    EntryV2,
    GetVersion,
    GrantStatus,
    SetVersion,
    SwapRef,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.grant_types import DomainGrants
from wrought.hv.core.grants import (
    add_status_frames,
    capacity,
    entry_v1,
    entry_v2,
    is_active,
)
from wrought.hv.core.grants_item import each
from wrought.hv.core.grants_pin import TYPE
from wrought.hv.core.guest_memory import read_item, write_item
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.hv.machine.memory import bytes_at
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, trust, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, Untrusted, i64, u16, u32, u64

Kept = Array[EntryV2, RESERVED_ENTRIES]


@unsafe
@fn
def keep_entries(g: Ptr[DomainGrants], kept: Slice[EntryV2]) -> bool:
    """Copy the reserved entries that grant access to a whole page; False where one names a frame
    that version 1 has no room for."""
    # SAFETY: numbers of the guest's that go back into its table.
    for ref in range(u32(RESERVED_ENTRIES)):
        entry = addr_of(kept[ref])
        if g.version == 2:
            entry[0] = entry_v2(g, ref)[0]
        else:
            old = entry_v1(g, ref)
            entry.flags, entry.domain = old.flags, old.domain
            entry.frame = u64(trust(old.frame))
        flags: u16 = trust(entry.flags)
        if flags & TYPE != GTF_PERMIT_ACCESS or flags & ~u16(TYPE | GTF_READONLY) != 0:
            entry[0] = zeroed(EntryV2)
        elif trust(entry.frame) >> 32 != 0:
            return False
    return True


@unsafe
@fn
def put_entries(g: Ptr[DomainGrants], kept: Slice[EntryV2]) -> None:
    """Write the reserved entries in the layout of the version now."""
    # SAFETY: as `keep_entries`.
    for ref in range(u32(RESERVED_ENTRIES)):
        entry = addr_of(kept[ref])
        if g.version == 2:
            entry_v2(g, ref)[0] = entry[0]
        else:
            new = entry_v1(g, ref)
            new.flags, new.domain = entry.flags, entry.domain
            new.frame = trunc(u32, trust(entry.frame))


@fn
def change_version(g: Ptr[DomainGrants], version: u32) -> i64:
    """Make the table that of another version, with `g.lock` held: all but the reserved entries are
    gone then.  EBUSY while others use an entry, ENOMEM, ERANGE for a frame that does not fit."""
    if u32(g.version) == version:
        return 0
    if g.in_use != 0:
        return i64(Errno.EBUSY)
    if version == 2 and not add_status_frames(g, g.frame_count):
        return i64(Errno.ENOMEM)
    kept = zeroed(Kept)
    if g.frame_count != 0 and not keep_entries(g, kept[:]):
        return i64(Errno.ERANGE)
    for i in range(g.frame_count):
        bytes_at(g.frames[i], PAGE).fill(0)
    for i in range(g.status_count):
        bytes_at(g.status[i], PAGE).fill(0)
    g.version = 2 if version == 2 else 1
    if g.frame_count != 0:
        put_entries(g, kept[:])
    return 0


@fn
def set_version_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_set_version; tells the version in use, whatever came of it."""
    r = zeroed(SetVersion)
    if not read_item(vcpu, arg, i, addr_of(r)):
        return i64(Errno.EFAULT)
    g = addr_of(vcpu.domain.grants)
    result = i64(Errno.EINVAL)
    with g.lock:
        if r.version == 1:
            result = change_version(g, 1)
        elif r.version == 2:
            result = change_version(g, 2)
        r.version = u32(g.version)
    if not write_item(vcpu, arg, i, addr_of(r)):
        return i64(Errno.EFAULT)
    return result


@fn
def get_version_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_get_version: ESRCH, or EPERM for another domain."""
    r = zeroed(GetVersion)
    if not read_item(vcpu, arg, i, addr_of(r)):
        return i64(Errno.EFAULT)
    d = any_domain(vcpu, r.domain)
    if d is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, d):
        return i64(Errno.EPERM)
    r.version = u32(d.grants.version)
    return 0 if write_item(vcpu, arg, i, addr_of(r)) else i64(Errno.EFAULT)


@fn
def swap_one(vcpu: Ptr[Vcpu], r: Ptr[SwapRef]) -> GrantStatus:
    """Exchange two entries that nobody uses."""
    g = addr_of(vcpu.domain.grants)
    a, b = r.a, r.b
    with g.lock:
        if a >= capacity(g) or b >= capacity(g):
            return GrantStatus.BAD_REF
        first, second = u32(a), u32(b)
        if is_active(g, first) or is_active(g, second):
            return GrantStatus.EAGAIN
        if g.version == 2:
            one, two = entry_v2(g, first), entry_v2(g, second)
            kept = one[0]
            one[0] = two[0]
            two[0] = kept
        else:
            left, right = entry_v1(g, first), entry_v1(g, second)
            old = left[0]
            left[0] = right[0]
            right[0] = old
        return GrantStatus.OKAY


swap_op = each(SwapRef, swap_one)
