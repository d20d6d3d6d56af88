"""Which RAM a domain has: its banks as it sees them."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, u64

MAX_BANKS = 16


@struct
class Bank:
    """Bytes of guest physical RAM from `start` on."""

    start: u64
    size: u64


@struct
class MemoryMap:
    """All banks, in ascending order."""

    count: u64
    banks: Array[Bank, MAX_BANKS]

    def add(self, start: u64, size: u64) -> bool:
        """One more bank, joined with those that it adjoins; False when full."""
        i: u64 = 0
        while i < self.count and self.banks[i].start < start:
            i += 1
        if i > 0 and self.banks[i - 1].start + self.banks[i - 1].size == start:
            self.banks[i - 1].size += size
            self.join(i - 1)
            return True
        if i < self.count and start + size == self.banks[i].start:
            self.banks[i] = Bank(start, self.banks[i].size + size)
            return True
        if self.count == MAX_BANKS:
            return False
        at = self.count
        while at > i:
            self.banks[at] = self.banks[at - 1]
            at -= 1
        self.banks[i] = Bank(start, size)
        self.count += 1
        return True

    def join(self, i: u64) -> None:
        """Join bank `i` with the next where that goes on from it."""
        if i + 1 >= self.count or (self.banks[i].start + self.banks[i].size
                                   != self.banks[i + 1].start):
            return
        self.banks[i].size += self.banks[i + 1].size
        for at in range(i + 1, self.count - 1):
            self.banks[at] = self.banks[at + 1]
        self.count -= 1
