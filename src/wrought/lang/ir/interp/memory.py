"""Simulated memory: allocations that know their bounds.

Every allocation starts in a page of its own (1 MiB of address space, nothing stored), so that an
address names its allocation and a stray one names none.  Page numbers are not reused while a run
lasts: a pointer to something freed is always noticed.  Addresses stay below 2^47, and an
allocation is aligned exactly as much as it asked for, so that code cannot rely on more.
"""

from __future__ import annotations

from collections import deque

from .errors import InterpError

PAGE_BITS = 20
_FIRST_PAGE = 1 << 12
_REMEMBERED = 4096


class Allocation:
    """A run of bytes with a name for messages."""

    __slots__ = ("base", "data", "size", "name", "writable")

    def __init__(self, base: int, data: bytearray, name: str, writable: bool = True) -> None:
        self.base = base
        self.data = data
        self.size = len(data)
        self.name = name
        self.writable = writable


class Memory:
    """A 64-bit address space; every access outside an allocation raises `InterpError`."""

    def __init__(self) -> None:
        self.pages: dict[int, Allocation] = {}
        """Page number (address >> PAGE_BITS) -> what lies there."""
        self._next = _FIRST_PAGE
        self._freed: deque[Allocation] = deque(maxlen=_REMEMBERED)

    def alloc(self, size: int, align: int = 8, name: str = "memory") -> int:
        """New zeroed memory; its address."""
        while True:
            base = self._next << PAGE_BITS
            base = base + align if align < 1 << PAGE_BITS else -(-base // align) * align
            pages = range(base >> PAGE_BITS, ((base + size) >> PAGE_BITS) + 1)
            self._next = pages.stop
            if not any(page in self.pages for page in pages):
                break
        self._place(Allocation(base, bytearray(size), name))
        return base

    def map(self, address: int, size: int, name: str = "memory") -> None:
        """Zeroed memory at a fixed address, for code that has addresses of its own."""
        first, last = address >> PAGE_BITS, (address + size) >> PAGE_BITS
        for page in range(first, last + 1):
            if page in self.pages:
                raise InterpError(f"{address:#x} is too near to {self.pages[page].name}")
        self._place(Allocation(address, bytearray(size), name))

    def _place(self, a: Allocation) -> None:
        for page in range(a.base >> PAGE_BITS, ((a.base + a.size) >> PAGE_BITS) + 1):
            self.pages[page] = a

    def free(self, address: int, what: str = "free") -> None:
        """End an allocation, given its first address."""
        a = self.pages.get(address >> PAGE_BITS)
        if a is None or a.base != address:
            raise InterpError(f"{what} of {self.describe(address)}, not the start of an allocation")
        for page in range(a.base >> PAGE_BITS, ((a.base + a.size) >> PAGE_BITS) + 1):
            del self.pages[page]
        self._freed.append(a)

    def find(self, address: int, size: int, what: str) -> tuple[Allocation, int]:
        """The allocation that holds `size` bytes at `address`, and the offset in it."""
        a = self.pages.get(address >> PAGE_BITS)
        if a is not None:
            offset = address - a.base
            if 0 <= offset and offset + size <= a.size:
                return a, offset
        raise InterpError(f"{what} of {size} bytes at {self.describe(address)}")

    def find_writable(self, address: int, size: int, what: str) -> tuple[Allocation, int]:
        """`find` for a write."""
        found = self.find(address, size, what)
        if not found[0].writable:
            raise InterpError(f"{what} of {size} bytes to constant {self.describe(address)}")
        return found

    def describe(self, address: int) -> str:
        """`0x10000c (4 bytes past the end of slot x, 8 bytes)`: an address for a message."""
        if address < 4096:
            return f"{address:#x} (null)" if address == 0 else f"{address:#x} (near null)"
        a = self.pages.get(address >> PAGE_BITS)
        state = ""
        if a is None:
            page = address >> PAGE_BITS
            state = "freed "
            a = next((f for f in reversed(self._freed)
                      if f.base >> PAGE_BITS <= page <= (f.base + f.size) >> PAGE_BITS), None)
        if a is None:
            return f"{address:#x} (no allocation there)"
        return f"{address:#x} ({_place_in(a, address)} {state}{a.name}, {a.size} bytes)"

    def read(self, address: int, size: int) -> bytes:
        """Bytes of one allocation."""
        if size == 0:
            return b""
        a, offset = self.find(address, size, "read")
        return bytes(a.data[offset:offset + size])

    def write(self, address: int, data: bytes) -> None:
        """Set bytes of one allocation."""
        if data:
            a, offset = self.find_writable(address, len(data), "write")
            a.data[offset:offset + len(data)] = data

    def read_cstring(self, address: int) -> bytes:
        """The bytes up to a zero byte, without it."""
        a, offset = self.find(address, 1, "read of a C string")
        end = a.data.find(0, offset)
        if end < 0:
            raise InterpError(f"C string at {self.describe(address)} has no end")
        return bytes(a.data[offset:end])

    def protect(self, address: int) -> None:
        """Make the allocation at `address` constant."""
        self.find(address, 0, "protect")[0].writable = False


def _place_in(a: Allocation, address: int) -> str:
    offset = address - a.base
    if offset < 0:
        return f"{-offset} bytes before"
    if offset >= a.size:
        return f"{offset - a.size} bytes past the end of"
    return f"{offset} bytes into" if offset else "the start of"
