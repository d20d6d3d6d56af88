"""The machine's memory as a sparse mapping of this process: pages cost something once written."""

from __future__ import annotations

import ctypes
import mmap

from wrought.errors import WroughtError
from wrought.hv.tool.quantities import Range, show_size

PAGE = 4096
RESERVE_NOTHING = 0x4000
"""MAP_NORESERVE of Linux, which Python 3.11's mmap has no name for."""
SLACK = 1 << 30
"""Bytes behind the last bank, so that a builder that runs over it is seen, not killed."""


class Window:
    """Machine addresses `ram.start` … `ram.end`, holes between banks included."""

    def __init__(self, banks: list[Range]) -> None:
        """Raises `WroughtError` without banks, or where they span more than this process can."""
        if not banks:
            raise WroughtError("the device tree names no memory")
        start = min(bank.start for bank in banks) & -PAGE
        end = max(bank.end for bank in banks)
        self.ram = Range(start, end - start)
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | RESERVE_NOTHING
        try:
            self.map = mmap.mmap(-1, self.ram.size + SLACK, flags)
        except OSError as error:
            raise WroughtError(f"the machine's memory, {show_size(self.ram.size)} from "
                               f"{start:#x} on, cannot be simulated: {error.strerror}") from None
        self._pin = (ctypes.c_char * (self.ram.size + SLACK)).from_buffer(self.map)
        self.address = ctypes.addressof(self._pin)

    def holds(self, start: int, size: int) -> bool:
        """Whether all of it is inside."""
        return self.ram.start <= start and start + size <= self.ram.end

    def write(self, at: int, data: bytes) -> None:
        """Store at a machine address."""
        self.map[at - self.ram.start:at - self.ram.start + len(data)] = data

    def read(self, at: int, size: int) -> bytes:
        """Bytes at a machine address."""
        return self.map[at - self.ram.start:at - self.ram.start + size]

    def words(self, at: int, count: int) -> memoryview:
        """`count` u64 at a machine address."""
        return memoryview(self.read(at, 8 * count)).cast("Q")

    def set_word(self, at: int, value: int) -> None:
        """Store a u64."""
        self.write(at, value.to_bytes(8, "little"))
