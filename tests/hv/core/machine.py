"""Memory of this process as the fake machine's RAM, with independent views of it."""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from wrought.hv.core import frames
from wrought.hv.fake import guest
from wrought.hv.fake import memory as fake_memory

PAGE = 4096
START = 0x4000_0000


class Ram:
    """The window: machine address `start` … is this mapping."""

    def __init__(self, size: int, start: int = START) -> None:
        self.start, self.size = start, size
        self.map = mmap.mmap(-1, size)
        self.view = (ctypes.c_char * size).from_buffer(self.map)
        self.begin()

    def begin(self) -> None:
        """Start anew with memory that holds nothing useful, and none of it given."""
        fake_memory.set_window(self.start, self.size, ctypes.addressof(self.view))
        fake_memory.flushes.set(0)
        frames.forget_memory()
        guest.forget_all()

    def word(self, at: int) -> int:
        """The u64 at a machine address."""
        return struct.unpack_from("<Q", self.map, at - self.start)[0]

    def read(self, at: int, size: int) -> bytes:
        """Bytes at a machine address."""
        return self.map[at - self.start:at - self.start + size]

    def write(self, at: int, data: bytes) -> None:
        """Store at a machine address."""
        self.map[at - self.start:at - self.start + len(data)] = data


def frames_of(start: int, count: int) -> set[int]:
    """Addresses of `count` frames from `start` on."""
    return set(range(start, start + count * PAGE, PAGE))


def free_frames_of(ram: Ram) -> set[int]:
    """All frames that the allocator can still give, found by taking and returning them."""
    taken = []
    while at := frames.alloc_frames(1, 1):
        taken.append(at)
    for at in taken:
        frames.free_frames(at, 1)
    assert len(set(taken)) == len(taken)
    return set(taken)


@contextmanager
def few_frames(left: int) -> Iterator[None]:
    """Within, the allocator has only `left` frames."""
    taken = []
    while frames.free_count() > left:
        taken.append(frames.alloc_frames(1, 1))
    try:
        yield
    finally:
        for at in taken:
            frames.free_frames(at, 1)
