"""Frames of RAM that are held for others than their owner, with how often: mapped by grant or by
XENMAPSPACE_gmfn_foreign, or copied.

Such a frame can't leave its owner while it is held; when the owner ends first, the frame is an
orphan, and goes back when the last hold does.  Only what is held now takes memory: entries of 24
bytes from whole frames, which stay here once taken.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.machine.memory import address_of
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import sizeof, zeroed
from wrought.lang.core.scalars import Array, Ptr, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

BUCKETS = 1024


@struct(size=24)
class Hold:
    """A frame that is held."""

    at: Hpa
    next: Hpa
    """The next of the bucket or of the free entries, 0 at the end."""
    count: u32
    orphan: bool


lock = static(TicketLock)
buckets = static(Array[Hpa, BUCKETS])
spare = static(Hpa)
frames_taken = static(u64)


@unsafe
@fn(inline=True)
def hold_at(at: Hpa) -> Ptr[Hold]:
    """The entry at a machine address."""
    # SAFETY: addresses come from `refill`, where whole entries lie side by side.
    return Ptr[Hold](address_of(at))


@fn(inline=True)
def bucket_of(frame: Hpa) -> u64:
    """Where to look for a frame; neighbours are in different buckets."""
    return u64(frame) >> PAGE_SHIFT & (BUCKETS - 1)


@fn
def find(frame: Hpa) -> Hpa:
    """The entry of a frame, 0 for none."""
    at = buckets[bucket_of(frame)]
    while u64(at) != 0 and hold_at(at).at != frame:
        at = hold_at(at).next
    return at


@fn
def refill() -> bool:
    """Make a frame's worth of free entries."""
    global spare, frames_taken
    frame = alloc_frames(1, 1)
    if u64(frame) == 0:
        return False
    frames_taken += 1
    for i in range(PAGE // sizeof(Hold)):
        at = frame + i * sizeof(Hold)
        hold_at(at).next = spare
        spare = at
    return True


@fn
def foreign_hold(frame: Hpa) -> bool:
    """Hold a frame once more, with its owner's memory lock held; False without memory."""
    global spare
    with lock:
        at = find(frame)
        if u64(at) == 0:
            if u64(spare) == 0 and not refill():
                return False
            at = spare
            spare = hold_at(at).next
            bucket = bucket_of(frame)
            hold_at(at)[0] = Hold(frame, buckets[bucket], 0, False)
            buckets[bucket] = at
        hold_at(at).count += 1
        return True


@fn
def forget(frame: Hpa) -> None:
    """Take the entry of a frame out of its bucket."""
    global spare
    bucket = bucket_of(frame)
    at = buckets[bucket]
    if hold_at(at).at == frame:
        buckets[bucket] = hold_at(at).next
    else:
        while hold_at(hold_at(at).next).at != frame:
            at = hold_at(at).next
        gone = hold_at(at).next
        hold_at(at).next = hold_at(gone).next
        at = gone
    hold_at(at).next = spare
    spare = at


@fn
def foreign_drop(frame: Hpa) -> None:
    """Hold it once less, after the TLBs forgot it; the last one frees an orphan."""
    orphan = False
    with lock:
        at = find(frame)
        assert u64(at) != 0, "a frame that is not held was let go"
        hold_at(at).count -= 1
        if hold_at(at).count == 0:
            orphan = hold_at(at).orphan
            forget(frame)
    if orphan:
        free_scrubbed(frame, 1)


@fn
def foreign_held(frame: Hpa) -> bool:
    """Whether a frame is held."""
    with lock:
        return u64(find(frame)) != 0


@fn
def foreign_orphan(frame: Hpa) -> bool:
    """The owner ends: whether the frame is still held, and freed later for that."""
    with lock:
        at = find(frame)
        if u64(at) == 0:
            return False
        hold_at(at).orphan = True
        return True


@fn
def forget_foreign() -> None:
    """Know of none: for tools and tests that begin anew."""
    global spare, frames_taken, lock
    lock = zeroed(TicketLock)
    spare = Hpa(0)
    frames_taken = 0
    for i in range(BUCKETS):
        buckets[i] = Hpa(0)
