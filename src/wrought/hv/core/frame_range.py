"""One range of RAM in the frame allocator: its bits, and where to look first."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE_SHIFT, Hpa
from wrought.hv.machine.memory import scrub_first
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, popcount
from wrought.lang.core.scalars import Slice, u64
from wrought.rt.bitmap import ALL, next_clear, next_set
from wrought.rt.bytes import ABSENT

LARGE = 512
"""Requests of this many frames or more are kept apart from smaller ones."""


@fn(inline=True)
def mask_in_word(i: u64, first: u64, end: u64) -> u64:
    """The bits of word `i` that belong to bits `first` … `end`, of which it has at least one."""
    mask: u64 = ALL
    if i == first >> 6:
        mask &= u64(ALL) << (first & 63)
    if i == (end - 1) >> 6:
        mask &= u64(ALL) >> (63 - ((end - 1) & 63))
    return mask


@struct
class FrameRange:
    """RAM of frames `first` … `end`; bit i of `words` is frame `base` + i."""

    base: u64
    """`first` rounded down to 64, so that words of bits are aligned as blocks are."""
    first: u64
    end: u64
    left: u64
    """Frames that are free."""
    words: Slice[u64]
    fresh: Slice[u64]
    """Likewise; set while the frame has never been given out, and so never scrubbed."""
    next_small: u64
    """No frame below is free."""
    next_large: u64
    """Where the last large request ended."""
    failed_count: u64
    """A request of so many frames at `failed_align` found nothing since the last free."""
    failed_align: u64

    def begin(self, first: u64, end: u64, bits: Slice[u64]) -> None:
        """All frames of it free; `bits` has room for both `words` and `fresh`."""
        words = bits[:len(bits) // 2]
        self.base = first & ~u64(63)
        self.first = first
        self.end = end
        self.words = words
        self.fresh = bits[len(words):]
        for i in range(len(bits)):
            bits[i] = ALL
        self.left = 0
        self.next_small = end
        self.next_large = first
        self.put_back(first, end)

    def all_free(self, first: u64, end: u64) -> bool:
        """Whether no frame of `first` … `end`, all inside, is taken; none if `end` is lower."""
        return first >= end or self.next_taken(first, end) == end

    def next_taken(self, frame: u64, limit: u64) -> u64:
        """The first taken frame in `frame` … `limit`, all inside, or `limit`; looks no further."""
        i = next_set(self.words[:(limit - self.base + 63) >> 6], frame - self.base)
        return limit if i == ABSENT else min(self.base + i, limit)

    def next_free(self, frame: u64) -> u64:
        """The first free frame from `frame` on, `end` for none."""
        i = next_clear(self.words, frame - self.base)
        return self.end if i == ABSENT else min(self.base + i, self.end)

    def take_free(self, first: u64, end: u64) -> None:
        """Mark those of `first` … `end` taken that are free."""
        if first >= end:
            return
        low, high = first - self.base, end - self.base
        for i in range(low >> 6, ((high - 1) >> 6) + 1):
            mask = mask_in_word(i, low, high)
            self.left -= u64(popcount(mask & ~self.words[i]))
            self.words[i] |= mask

    def scrub(self, first: u64, end: u64) -> None:
        """Scrub those of `first` … `end`, not empty, that are given out for the first time."""
        low, high = first - self.base, end - self.base
        for i in range(low >> 6, ((high - 1) >> 6) + 1):
            mask = mask_in_word(i, low, high)
            new = self.fresh[i] & mask
            self.fresh[i] &= ~mask
            while new != 0:
                n = count_trailing_zeros(new)
                run = u64(count_trailing_zeros(~(new >> n)))
                scrub_first(Hpa((self.base + (i << 6) + n) << PAGE_SHIFT), run)
                new &= ~((u64(ALL) >> (64 - run)) << u64(n))

    def put_back(self, first: u64, end: u64) -> None:
        """Mark `first` … `end`, all taken, free; a panic where one is free."""
        low, high = first - self.base, end - self.base
        for i in range(low >> 6, ((high - 1) >> 6) + 1):
            mask = mask_in_word(i, low, high)
            assert self.words[i] & mask == mask, "a frame is freed twice"
            self.words[i] &= ~mask
        self.left += end - first
        self.next_small = first if first < self.next_small else self.next_small
        self.failed_count = ALL

    def free(self, first: u64, count: u64) -> None:
        """`put_back`, checked against the range's ends."""
        assert count != 0 and count <= self.end - first, "freed frames are not RAM"
        self.put_back(first, first + count)

    def find(self, start: u64, limit: u64, count: u64, align: u64) -> u64:
        """The first of `count` free frames, in `start` … `limit` and aligned; 0 for none."""
        at = (start + align - 1) & ~(align - 1)
        while at < limit and count <= limit - at:
            taken = self.next_taken(at, at + count)
            if taken == at + count:
                return at
            at = (self.next_free(taken) + align - 1) & ~(align - 1)
        return 0

    def alloc(self, count: u64, align: u64) -> u64:
        """Take `count` frames: the first one's number, 0 for none."""
        if count > self.left or (count >= self.failed_count and align >= self.failed_align):
            return 0
        if count >= LARGE:
            found = self.find(self.next_large, self.end, count, align)
            if found == 0:
                found = self.find(self.first, self.end, count, align)
        else:
            self.next_small = self.next_free(self.next_small)
            found = self.find(self.next_small, self.end, count, align)
        if found == 0:
            self.failed_count = count
            self.failed_align = align
            return 0
        self.take_free(found, found + count)
        self.scrub(found, found + count)
        if count >= LARGE:
            self.next_large = found + count
        return found
