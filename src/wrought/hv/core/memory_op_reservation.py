"""memory_op, the part on how much memory a domain has: ballooning, and the figures.

As in Xen's ABI the ballooning operations have no errors: they give the number of extents done,
those of earlier rounds included, and stop at the first that can't be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wrought.hv.abi.address import PAGE, PAGE_SHIFT
from wrought.hv.abi.memory import (
    EXTENT_SHIFT,
    MAX_EXTENTS,
    MAX_ORDER,
    MemoryOp,
    Reservation,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.frames import ram_end
from wrought.hv.core.guest_memory import read_item, read_struct
from wrought.hv.core.ram import ram_add, ram_remove
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u16, u32, u64

FRAME_LIMIT = 1 << 36
"""No guest has this many frames."""


@fn
def again(vcpu: Ptr[Vcpu], op: MemoryOp, done: u64) -> i64:
    """Go on with that extent when the interrupt was served."""
    vcpu.regs.x[0] = u64(op) | done << EXTENT_SHIFT
    return RESTART


@fn
def extents_of(vcpu: Ptr[Vcpu], arg: Untrusted[u64], r: Ptr[Reservation]) -> u64:
    """Read the request; how many extents it asks for, 0 when it is not acceptable at all."""
    if not read_struct(vcpu, arg, r):
        return 0
    count = r.nr_extents
    order = r.extent_order
    if count <= MAX_EXTENTS and order <= MAX_ORDER:
        return count
    return 0


def ballooning(op: MemoryOp, change: Callable[..., Any]) -> Any:
    """The operation that applies `change(domain, gpa, bytes)` to every extent."""
    @fn
    def balloon(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
        """Do extents from `start` on."""
        r = zeroed(Reservation)
        count = extents_of(vcpu, arg, addr_of(r))
        d = any_domain(vcpu, r.domain)
        if d is None or not may_control(vcpu, d):
            return bitcast(i64, start)
        at = start
        while at < count:
            gfn: u64 = 0
            if not read_item(vcpu, r.extent_start, at, addr_of(gfn)) or gfn >= FRAME_LIMIT:
                break
            if change(d, gfn << PAGE_SHIFT, size_of(r.extent_order)) != 0:
                break
            at += 1
            if at < count and interrupt_waits():
                return again(vcpu, op, at)
        return bitcast(i64, at)
    return balloon


@fn
def size_of(order: Untrusted[u32]) -> u64:
    """Bytes of an extent of that order."""
    return u64(PAGE) << u64(order) if order <= MAX_ORDER else 0


populate_physmap = ballooning(MemoryOp.POPULATE_PHYSMAP, ram_add)
decrease_reservation = ballooning(MemoryOp.DECREASE_RESERVATION, ram_remove)


@fn
def increase_reservation(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """Memory without an address is of no use to a guest that doesn't see machine frames: no
    extent is ever done."""
    return bitcast(i64, start)


@fn
def maximum_ram_page(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """The frame behind the machine's last."""
    return bitcast(i64, u64(ram_end()) >> PAGE_SHIFT)


def figure(of: Callable[..., Any]) -> Any:
    """The operation that tells `of(domain)`, a number of frames."""
    @fn
    def tell(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
        """Of the domain whose number (u16) is at `arg`."""
        id: Untrusted[u16] = 0
        if not read_struct(vcpu, arg, addr_of(id)):
            return i64(Errno.EFAULT)
        d = any_domain(vcpu, id)
        if d is None:
            return i64(Errno.ESRCH)
        if not may_control(vcpu, d):
            return i64(Errno.EPERM)
        return bitcast(i64, of(d))
    return tell


@fn
def frames_now(d: Ptr[Domain]) -> u64:
    """What it has."""
    return d.frames


@fn
def frames_at_most(d: Ptr[Domain]) -> u64:
    """What it may have."""
    return d.max_frames


@fn
def highest_frame(d: Ptr[Domain]) -> u64:
    """The highest guest frame that was ever mapped."""
    return d.memory.highest >> PAGE_SHIFT


current_reservation = figure(frames_now)
maximum_reservation = figure(frames_at_most)
maximum_gpfn = figure(highest_frame)
