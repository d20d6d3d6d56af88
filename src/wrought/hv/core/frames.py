"""The machine's free memory: one bit a 4 KB frame, set while the frame is taken.

Each range of RAM keeps its bits, and as many again, in its own first free frames, 64 KB for a
gigabyte.  Where `bootscrub=on` asks for it a frame is scrubbed when it is given out for the first
time: what an earlier boot, or the boot loader, has left there is for no guest.  From then on who
frees a frame that held a guest's data scrubs it first (`free_scrubbed`), so that what is free may
be given to anybody.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.core.frame_range import FrameRange
from wrought.hv.machine.memory import address_of, zero_frames
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, panic, slice_from, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

MAX_RANGES = 32
MAX_RESERVED = 64
BLOCK_FRAMES = 512
"""Frames of 2 MB."""
GIGABYTE_FRAMES = 512 * 512


@struct
class Reserved:
    """Frames `first` … `end` that were taken out before or after their range was given."""

    first: u64
    end: u64


lock = static(TicketLock)
ranges = static(Array[FrameRange, MAX_RANGES])
range_count = static(u64)
reserved = static(Array[Reserved, MAX_RESERVED])
reserved_count = static(u64)


@unsafe
@fn
def words_at(frame: u64, count: u64) -> Slice[u64]:
    """`count` words of memory at a frame."""
    # SAFETY: the frames are RAM that nobody else has, and aligned.
    return slice_from(Ptr[u64](address_of(Hpa(frame << PAGE_SHIFT))), count)


@fn
def overlaps(first: u64, end: u64) -> bool:
    """Whether a range that was given has a frame of these."""
    for r in ranges[:range_count]:
        if first < r.end and r.first < end:
            return True
    return False


@fn
def place_for(first: u64, end: u64, count: u64) -> u64:
    """The lowest of `count` adjacent frames in `first` … `end` that are not reserved, or `end`."""
    at = first
    moved = True
    while moved:
        moved = False
        for r in reserved[:reserved_count]:
            if at < r.end and r.first < at + count:
                at = r.end
                moved = True
    return at if at <= end and end - at >= count else end


@fn
def add_memory(start: Hpa, size: u64) -> bool:
    """Give the RAM at `start`, `size` bytes, to the allocator; what was reserved stays out.

    Cut to whole frames; frame 0 is never given out, since 0 means none.
    False, and nothing is given, when it overlaps a range that was given, has no room for its own
    bits, or there are MAX_RANGES already.
    """
    global range_count
    first = max((u64(start) + PAGE - 1) >> PAGE_SHIFT, 1)
    end = (u64(start) + size) >> PAGE_SHIFT
    with lock:
        if first >= end or range_count == MAX_RANGES or overlaps(first, end):
            return False
        base = first & ~u64(63)
        words = (end - base + 63) >> 6
        kept = (words * 2 * 8 + PAGE - 1) >> PAGE_SHIFT
        at = place_for(first, end, kept)
        if at == end:
            return False
        r = addr_of(ranges[range_count])
        r.begin(first, end, words_at(at, words * 2))
        r.take_free(at, at + kept)
        for gone in reserved[:reserved_count]:
            r.take_free(max(gone.first, first), min(gone.end, end))
        range_count += 1
        return True


@fn
def reserve(start: Hpa, size: u64) -> bool:
    """Take the frames that hold `start` … `start + size` out, now and from ranges given later.

    False when one of them is taken already, or too many were reserved; nothing is changed then.
    Before the first `add_memory`, reservations may overlap.
    """
    global reserved_count
    if size == 0:
        return True
    first = u64(start) >> PAGE_SHIFT
    end = (u64(start) + size + PAGE - 1) >> PAGE_SHIFT
    with lock:
        if reserved_count == MAX_RESERVED:
            return False
        for r in ranges[:range_count]:
            if not r.all_free(max(first, r.first), min(end, r.end)):
                return False
        for r in ranges[:range_count]:
            r.take_free(max(first, r.first), min(end, r.end))
        reserved[reserved_count] = Reserved(first, end)
        reserved_count += 1
        return True


@fn
def alloc_frames(count: u64, align: u64) -> Hpa:
    """`count` adjacent frames, the first a multiple of `align` frames (a power of two).

    0 when there are none.  They hold no guest's data, but need not be zero.
    """
    assert count != 0 and align & (align - 1) == 0 and align != 0, "no such allocation"
    with lock:
        for r in ranges[:range_count]:
            frame = r.alloc(count, align)
            if frame != 0:
                return Hpa(frame << PAGE_SHIFT)
    return Hpa(0)


@fn
def alloc_block(limit: u64) -> tuple[Hpa, u64]:
    """The largest of 1 GB, 2 MB and 4 KB that is not more than `limit` frames and is free,
    aligned to its size: address and frames, (0, 0) when nothing is."""
    count: u64 = GIGABYTE_FRAMES
    while count != 0:
        if count <= limit:
            at = alloc_frames(count, count)
            if u64(at) != 0:
                return at, count
        count >>= 9
    return Hpa(0), 0


@fn
def free_frames(at: Hpa, count: u64) -> None:
    """Give frames back; a panic for frames that are free or are no RAM (a defect of ours)."""
    first = u64(at) >> PAGE_SHIFT
    with lock:
        for r in ranges[:range_count]:
            if first >= r.first and first < r.end:
                r.free(first, count)
                return
    panic("freed frames are not RAM")


@fn
def free_scrubbed(at: Hpa, count: u64) -> None:
    """Zero frames and give them back."""
    zero_frames(at, count)
    free_frames(at, count)


@fn
def free_count() -> u64:
    """Frames that are free."""
    n: u64 = 0
    with lock:
        for r in ranges[:range_count]:
            n += r.left
    return n


@fn
def total_count() -> u64:
    """Frames of all ranges that were given, free or not."""
    n: u64 = 0
    with lock:
        for r in ranges[:range_count]:
            n += r.end - r.first
    return n


@fn
def ram_end() -> Hpa:
    """The end of the highest range."""
    end: u64 = 0
    with lock:
        for r in ranges[:range_count]:
            end = max(end, r.end)
    return Hpa(end << PAGE_SHIFT)


@fn
def forget_memory() -> None:
    """Know of no memory: for tools and tests that begin anew."""
    global range_count, reserved_count, lock
    lock = zeroed(TicketLock)
    range_count = 0
    reserved_count = 0
