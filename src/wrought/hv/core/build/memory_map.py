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
        """One more bank, joined with the last where it goes on there; False when full."""
        if self.count > 0:
            last = self.count - 1
            if self.banks[last].start + self.banks[last].size == start:
                self.banks[last].size += size
                return True
        if self.count == MAX_BANKS:
            return False
        self.banks[self.count] = Bank(start, size)
        self.count += 1
        return True
