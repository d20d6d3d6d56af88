"""Sizes and frames of grant tables, and cache maintenance of pages that are shared."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.abi.grant import (
    FLUSH_CLEAN,
    FLUSH_INVALIDATE,
    FLUSH_REF,
    CacheFlush,
    GetStatusFrames,
    GrantStatus,
    QuerySize,
    SetupTable,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.grants import grow
from wrought.hv.core.grants_handles import handle_count, mapping_of
from wrought.hv.core.grants_item import note
from wrought.hv.core.grants_pin import FRAME_LIMIT
from wrought.hv.core.guest_memory import read_item, read_struct, write_item, write_struct
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.hv.machine.memory import clean_to_memory
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trust, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u16, u32, u64

NO_FRAME = 0xFFFF_FFFF_FFFF_FFFF
"""Where a frame of the table is in the guest is the guest's business: add_to_physmap says."""


@fn
def subject(vcpu: Ptr[Vcpu], id: Untrusted[u16]) -> tuple[Ptr[Domain], GrantStatus]:
    """Whose table is meant, and whether the caller may ask."""
    d = any_domain(vcpu, id)
    if d is None:
        return vcpu.domain, GrantStatus.BAD_DOMAIN
    if not may_control(vcpu, d):
        return d, GrantStatus.PERMISSION_DENIED
    return d, GrantStatus.OKAY


@fn
def list_frames(vcpu: Ptr[Vcpu], at: Untrusted[u64], count: u32) -> bool:
    """Fill the caller's list of frame numbers."""
    none: u64 = NO_FRAME
    for i in range(count):
        if not write_item(vcpu, at, u64(i), addr_of(none)):
            return False
    return True


@fn
def setup_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_setup_table: let the table grow."""
    r = zeroed(SetupTable)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    d, status = subject(vcpu, r.domain)
    count: u32 = 0
    wanted = r.nr_frames
    if status == GrantStatus.OKAY:
        g = addr_of(d.grants)
        with g.lock:
            if wanted > g.max_frames:
                status = GrantStatus.GENERAL_ERROR
            else:
                count = u32(wanted)
                if not grow(g, count):
                    status = GrantStatus.NO_SPACE
    r.status = note(vcpu.domain, status)
    if status == GrantStatus.OKAY and not list_frames(vcpu, r.frame_list, count):
        return i64(Errno.EFAULT)
    return 0 if write_struct(vcpu, arg, addr_of(r)) else i64(Errno.EFAULT)


@fn
def status_frames_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_get_status_frames, of version 2."""
    r = zeroed(GetStatusFrames)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    d, status = subject(vcpu, r.domain)
    count: u32 = 0
    wanted = r.nr_frames
    if status == GrantStatus.OKAY:
        g = addr_of(d.grants)
        with g.lock:
            if g.version == 2 and wanted <= g.status_count:
                count = u32(wanted)
            else:
                status = GrantStatus.GENERAL_ERROR
    r.status = note(vcpu.domain, status)
    if status == GrantStatus.OKAY and not list_frames(vcpu, r.frame_list, count):
        return i64(Errno.EFAULT)
    return 0 if write_struct(vcpu, arg, addr_of(r)) else i64(Errno.EFAULT)


@fn
def query_size_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_query_size."""
    r = zeroed(QuerySize)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    d, status = subject(vcpu, r.domain)
    if status == GrantStatus.OKAY:
        r.nr_frames = d.grants.frame_count
        r.max_nr_frames = d.grants.max_frames
    r.status = note(vcpu.domain, status)
    return 0 if write_struct(vcpu, arg, addr_of(r)) else i64(Errno.EFAULT)


@fn
def flush_seen(d: Ptr[Domain], gpa: u64, size: u64) -> bool:
    """Clean and invalidate what the domain sees there, if it is memory."""
    with d.memory.lock:
        there = walk(addr_of(d.memory), gpa)
        if there.kind == Kind.NONE or there.kind == Kind.DEVICE:
            return False
        clean_to_memory(there.hpa, size)
        return True


@fn
def flush_granted(d: Ptr[Domain], at: u64, size: u64) -> bool:
    """The same by machine address, for a page that it has mapped by grant."""
    g = addr_of(d.grants)
    with g.mapping_lock:
        for handle in range(handle_count(g)):
            if u64(mapping_of(g, handle).at) == at & ~u64(PAGE - 1):
                clean_to_memory(Hpa(at), size)
                return True
    return False


@unsafe
@fn
def cache_flush_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """GNTTABOP_cache_flush: EINVAL, EOPNOTSUPP for a grant reference, EPERM for memory that is
    not the caller's.  Invalidating writes back first: nobody's data gets lost."""
    r = zeroed(CacheFlush)
    if not read_item(vcpu, arg, i, addr_of(r)):
        return i64(Errno.EFAULT)
    # SAFETY: all are compared before they are used.
    op: u32 = trust(r.op)
    offset = u64(trust(r.offset))
    size = u64(trust(r.length))
    frame = trust(r.address) >> PAGE_SHIFT
    if op & FLUSH_REF != 0:
        return i64(Errno.EOPNOTSUPP)
    if op & ~u32(FLUSH_CLEAN | FLUSH_INVALIDATE) != 0 or offset >= PAGE or size > PAGE - offset:
        return i64(Errno.EINVAL)
    if op == 0 or size == 0:
        return 0
    if frame >= FRAME_LIMIT:
        return i64(Errno.EINVAL)
    d = vcpu.domain
    at = (frame << PAGE_SHIFT) + offset
    done = flush_seen(d, at, size) or d.direct and flush_granted(d, at, size)
    return 0 if done else i64(Errno.EPERM)
