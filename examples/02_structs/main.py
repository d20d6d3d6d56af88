"""Structs and slices: C's layout, pointers that are never null, indices that are checked."""

from __future__ import annotations

from wrought.lang.build.errors import Panic
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, sizeof
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64


@struct
class Sample:
    """A struct has the layout that C gives it: `at` lies at byte 8."""

    channel: u8
    at: u64


@struct
class Log:
    """The last four samples; methods take `self` as a pointer."""

    samples: Array[Sample, 4]
    count: u32

    def add(self, channel: u8, at: u64) -> None:
        """Put a sample over the oldest one."""
        slot = addr_of(self.samples[self.count % 4])
        slot.channel = channel
        slot.at = at
        self.count += 1


@fn
def record(log: Ptr[Log], channels: Slice[u8]) -> u64:
    """Log every channel; the bytes of a sample."""
    for i, channel in enumerate(channels):
        log.add(channel, u64(i) * 100)
    return sizeof(Sample)


@fn
def latest(log: Ptr[Log], back: u64) -> u64:
    """The time of the sample `back` places before the newest; a panic outside the array."""
    return log.samples[u64(log.count) - 1 - back].at


if __name__ == "__main__":
    log = Log()
    print("bytes of a sample:", record(log, bytes([7, 8, 9])))
    print("count:", log.count)
    print("first:", log.samples[0])
    print("newest at", latest(log, 0))
    try:
        latest(log, 3)
    except Panic as panic:
        print(f"{type(panic).__name__} in {panic.function}, line {panic.line}")
