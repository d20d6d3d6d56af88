"""memory_op, the part on what is mapped where: add_to_physmap, its batch, remove_from_physmap."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE_SHIFT, Gpa, Hpa
from wrought.hv.abi.memory import (
    GRANT_STATUS,
    AddToPhysmap,
    AddToPhysmapBatch,
    MemoryOp,
    RemoveFromPhysmap,
    Space,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.foreign import foreign_drop, foreign_hold
from wrought.hv.core.grants import grant_frame
from wrought.hv.core.guest_memory import read_item, read_struct, write_item
from wrought.hv.core.memory_op_reservation import FRAME_LIMIT, again
from wrought.hv.core.ram import place_page
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i32, i64, u16, u32, u64


@fn
def map_shared_info(d: Ptr[Domain], idx: u64, gpa: u64) -> i64:
    """The domain's shared_info page."""
    if idx != 0 or u64(d.shared_info) == 0:
        return i64(Errno.EINVAL)
    return place_page(d, gpa, d.shared_info, Kind.XEN)


@fn
def map_grant_frame(d: Ptr[Domain], idx: u64, gpa: u64) -> i64:
    """A frame of the domain's grant table, or of its status array, which the guest only reads."""
    frame = grant_frame(d, idx)
    if u64(frame) == 0:
        return i64(Errno.EINVAL)
    return place_page(d, gpa, frame, Kind.XEN if idx & GRANT_STATUS == 0 else Kind.XEN_READ_ONLY)


@fn
def map_device_page(vcpu: Ptr[Vcpu], d: Ptr[Domain], idx: u64, gpa: u64) -> i64:
    """A page of device registers at another place: of a device that the hardware domain has, one
    to one."""
    if not vcpu.domain.hardware or d != vcpu.domain:
        return i64(Errno.EPERM)
    there = stage2_walk(addr_of(d.memory), Gpa(idx << PAGE_SHIFT))
    if there.kind != Kind.DEVICE or u64(there.hpa) != idx << PAGE_SHIFT:
        return i64(Errno.EPERM)
    if gpa == idx << PAGE_SHIFT:
        return 0
    return place_page(d, gpa, there.hpa, Kind.DEVICE)


@fn
def map_foreign(d: Ptr[Domain], owner: Ptr[Domain], idx: u64, gpa: u64) -> i64:
    """A frame of another domain's RAM."""
    frame = Hpa(0)
    with owner.memory.lock:
        there = walk(addr_of(owner.memory), idx << PAGE_SHIFT)
        if there.kind != Kind.RAM:
            return i64(Errno.EINVAL)
        frame = there.hpa
        if not foreign_hold(frame):
            return i64(Errno.ENOMEM)
    result = place_page(d, gpa, frame, Kind.FOREIGN)
    if result != 0:
        foreign_drop(frame)
    return result


@fn
def add_one(vcpu: Ptr[Vcpu], d: Ptr[Domain], owner: Ptr[Domain], space: Untrusted[u32],
            idx: Untrusted[u64], gpfn: Untrusted[u64]) -> i64:
    """Map one page; `owner` has the foreign frames.

    Spaces GMFN and GMFN_RANGE, which would move a guest's own pages about, are ENOSYS on Arm.
    """
    if idx >= FRAME_LIMIT or gpfn >= FRAME_LIMIT:
        return i64(Errno.EINVAL)
    gpa = u64(gpfn) << PAGE_SHIFT
    if space == u32(Space.SHARED_INFO):
        return map_shared_info(d, u64(idx), gpa)
    if space == u32(Space.GRANT_TABLE):
        return map_grant_frame(d, u64(idx), gpa)
    if space == u32(Space.DEV_MMIO):
        return map_device_page(vcpu, d, u64(idx), gpa)
    if space == u32(Space.GMFN_FOREIGN):
        return map_foreign(d, owner, u64(idx), gpa)
    return i64(Errno.ENOSYS)


@fn
def add_to_physmap(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """One page; foreign ones only come in batches, which name their owner."""
    r = zeroed(AddToPhysmap)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    if r.space == u32(Space.GMFN_FOREIGN):
        return i64(Errno.ENOSYS)
    d = any_domain(vcpu, r.domain)
    if d is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, d):
        return i64(Errno.EPERM)
    return add_one(vcpu, d, d, r.space, r.idx, r.gpfn)


@fn
def owner_of(vcpu: Ptr[Vcpu], d: Ptr[Domain], r: Ptr[AddToPhysmapBatch]) -> tuple[
        Ptr[Domain], i64]:
    """Whose frames a batch maps, and an error."""
    if u32(r.space) == u32(Space.DEV_MMIO) and r.extra != 0:
        return d, i64(Errno.EOPNOTSUPP)
    if u32(r.space) != u32(Space.GMFN_FOREIGN):
        return d, 0
    owner = any_domain(vcpu, r.extra)
    if owner is None:
        return d, i64(Errno.ESRCH)
    if owner == d:
        return d, i64(Errno.EINVAL)
    return owner, 0 if may_control(vcpu, owner) else i64(Errno.EPERM)


@fn
def add_to_physmap_batch(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """Many pages, an error or 0 for each."""
    r = zeroed(AddToPhysmapBatch)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    d = any_domain(vcpu, r.domain)
    if d is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, d):
        return i64(Errno.EPERM)
    owner, wrong = owner_of(vcpu, d, addr_of(r))
    if wrong != 0:
        return wrong
    count = size_of(r.size)
    if start > count:
        return i64(Errno.EILSEQ)
    for at in range(start, count):
        if not add_item(vcpu, d, owner, addr_of(r), at):
            return i64(Errno.EFAULT)
        if at + 1 < count and interrupt_waits():
            return again(vcpu, MemoryOp.ADD_TO_PHYSMAP_BATCH, at + 1)
    return 0


@fn
def size_of(size: Untrusted[u16]) -> u64:
    """Items of a batch."""
    return u64(size) if size <= 0xFFFF else 0


@fn
def add_item(vcpu: Ptr[Vcpu], d: Ptr[Domain], owner: Ptr[Domain], r: Ptr[AddToPhysmapBatch],
             at: u64) -> bool:
    """Map item `at` of a batch; False when the guest's arrays can't be accessed."""
    idx: Untrusted[u64] = 0
    gpfn: Untrusted[u64] = 0
    if not read_item(vcpu, r.idxs, at, addr_of(idx)):
        return False
    if not read_item(vcpu, r.gpfns, at, addr_of(gpfn)):
        return False
    result = trunc(i32, add_one(vcpu, d, owner, u32(r.space), idx, gpfn))
    return write_item(vcpu, r.errs, at, addr_of(result))


@fn
def remove_from_physmap(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """Unmap a page; RAM is freed."""
    if start != 0:
        return i64(Errno.EINVAL)
    r = zeroed(RemoveFromPhysmap)
    if not read_struct(vcpu, arg, addr_of(r)):
        return i64(Errno.EFAULT)
    d = any_domain(vcpu, r.domain)
    if d is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, d):
        return i64(Errno.EPERM)
    gpfn = r.gpfn
    if gpfn >= FRAME_LIMIT:
        return i64(Errno.ENOENT)
    gpa = u64(gpfn) << PAGE_SHIFT
    if stage2_walk(addr_of(d.memory), Gpa(gpa)).kind == Kind.NONE:
        return i64(Errno.ENOENT)
    return place_page(d, gpa, Hpa(0), Kind.NONE)
