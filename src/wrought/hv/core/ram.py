"""A domain's own RAM, given and given back by ballooning, or covered by something else.

Frames that leave a domain are scrubbed before anybody else can have them.  Static memory and
memory mapped one to one stays the domain's to its end (`Kept`): ballooned out it is only unmapped,
and the same frames come back.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Gpa, Hpa
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain
from wrought.hv.core.foreign import foreign_drop
from wrought.hv.core.frame_use import in_use
from wrought.hv.core.frames import alloc_frames, free_frames, free_scrubbed
from wrought.hv.core.stage2_change import (
    in_range,
    is_free,
    map_range,
    replace_page,
    unmap_range,
)
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import MAX_KEPT, Kept, Kind
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, i64, u64


@fn
def ram_keep(d: Ptr[Domain], gpa: Gpa, hpa: Hpa, size: u64) -> bool:
    """Note RAM that was mapped for the domain as its own to its end; the builder's call, in any
    order of ranges, growing ones best.  False for more than MAX_KEPT of them."""
    s = addr_of(d.memory)
    with s.lock:
        count = u64(s.kept_count)
        if count != 0:
            last = addr_of(s.kept[count - 1])
            if last.gpa + last.size == u64(gpa) and last.hpa + last.size == u64(hpa):
                last.size += size
                return True
        if count == MAX_KEPT:
            return False
        s.kept[count] = Kept(u64(gpa), u64(hpa), size)
        s.kept_count += 1
        return True


@fn
def kept_frame(d: Ptr[Domain], gpa: u64, size: u64) -> Hpa:
    """Where the kept memory for guest addresses `gpa` … lies; 0 when it is not all of one range."""
    s = addr_of(d.memory)
    for k in s.kept[:u64(s.kept_count)]:
        if gpa >= k.gpa and size <= k.size and gpa - k.gpa <= k.size - size:
            return Hpa(k.hpa + (gpa - k.gpa))
    return Hpa(0)


@fn
def is_kept(d: Ptr[Domain], hpa: u64, size: u64) -> bool:
    """Whether machine memory belongs to a kept range."""
    s = addr_of(d.memory)
    for k in s.kept[:u64(s.kept_count)]:
        if hpa < k.hpa + k.size and k.hpa < hpa + size:
            return True
    return False


@fn
def ram_add(d: Ptr[Domain], gpa: u64, size: u64) -> i64:
    """Balloon in: one extent of 2^n frames, adjacent in machine memory, at `gpa`.

    EINVAL where something is mapped or beyond the address space, ENOMEM over the domain's limit
    or the machine's.
    """
    s = addr_of(d.memory)
    if not in_range(s, gpa, size):
        return i64(Errno.EINVAL)
    count = size >> PAGE_SHIFT
    with s.lock:
        if not is_free(s, gpa, size):
            return i64(Errno.EINVAL)
        if count > d.max_frames or d.frames > d.max_frames - count:
            return i64(Errno.ENOMEM)
        kept = kept_frame(d, gpa, size)
        at = kept if u64(kept) != 0 else alloc_frames(count, count)
        if u64(at) == 0:
            return i64(Errno.ENOMEM)
        if not map_range(s, gpa, at, size, Kind.RAM):
            if u64(kept) == 0:
                free_frames(at, count)
            return i64(Errno.ENOMEM)
        d.frames += count
        return 0


@fn
def ram_remove(d: Ptr[Domain], gpa: u64, size: u64) -> i64:
    """Balloon out: unmap RAM and free its frames, scrubbed.

    What is no RAM, or used by others or the hypervisor, ends it: EINVAL or EBUSY, ENOMEM without
    memory to split a block; what lies before is gone then.
    """
    if not in_range(addr_of(d.memory), gpa, size):
        return i64(Errno.EINVAL)
    done: u64 = 0
    while done < size:
        at, taken, result = detach(d, gpa + done, size - done)
        if result != 0:
            return result
        dispose(d, at, taken, Kind.RAM)
        done += taken
    return 0


@fn
def detach(d: Ptr[Domain], gpa: u64, size: u64) -> tuple[Hpa, u64, i64]:
    """Unmap RAM up to the end of its block: where it was, bytes, and an error."""
    s = addr_of(d.memory)
    with s.lock:
        there = walk(s, gpa)
        if there.kind != Kind.RAM:
            return Hpa(0), 0, i64(Errno.EINVAL)
        n = min(there.size, size)
        if in_use(d, there.hpa, n):
            return Hpa(0), 0, i64(Errno.EBUSY)
        if not unmap_range(s, gpa, n):
            return Hpa(0), 0, i64(Errno.ENOMEM)
        d.frames -= n >> PAGE_SHIFT
        return there.hpa, n, 0


@fn
def dispose(d: Ptr[Domain], at: Hpa, size: u64, kind: Kind) -> None:
    """Do what is due for memory of that kind which the domain has no longer mapped."""
    match kind:
        case Kind.RAM:
            if is_kept(d, u64(at), size):
                zero_frames(at, size >> PAGE_SHIFT)
            else:
                free_scrubbed(at, size >> PAGE_SHIFT)
        case Kind.FOREIGN:
            for i in range(size >> PAGE_SHIFT):
                foreign_drop(at + (i << PAGE_SHIFT))
        case _:
            pass


@fn
def place_page(d: Ptr[Domain], gpa: u64, hpa: Hpa, kind: Kind) -> i64:
    """Map one page in place of what is there, or nothing for kind NONE: RAM is freed, a foreign
    frame let go, a frame of the hypervisor's only unmapped.

    EBUSY for RAM in use and for mappings that have their own ways to go; the old stays then.
    """
    s = addr_of(d.memory)
    if not in_range(s, gpa, PAGE):
        return i64(Errno.EINVAL)
    with s.lock:
        old = walk(s, gpa)
        match old.kind:
            case Kind.RAM:
                if in_use(d, old.hpa, PAGE):
                    return i64(Errno.EBUSY)
            case Kind.NONE | Kind.FOREIGN | Kind.XEN | Kind.XEN_READ_ONLY:
                pass
            case _:
                return i64(Errno.EBUSY)
        if kind == Kind.NONE:
            done = unmap_range(s, gpa, PAGE)
        else:
            done = replace_page(s, gpa, hpa, kind)
        if not done:
            return i64(Errno.ENOMEM)
        if old.kind == Kind.RAM:
            d.frames -= 1
    dispose(d, old.hpa, PAGE, old.kind)
    return 0
